/** Reading the command line and its values; every refusal is a USAGE problem. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Source } from '@shared/domain/images.js'
import { HilumError } from '@shared/errors.js'
import type { OptionSpec, Values } from './command.js'

export const COMMON: Record<string, OptionSpec> = {
  library: { type: 'string', help: 'folder of the library (default: your own)' },
  json: { type: 'boolean', help: 'print one JSON document' },
  quiet: { type: 'boolean', short: 'q', help: 'no progress on standard error' },
  help: { type: 'boolean', short: 'h', help: 'show this' },
}

/** `-k -5` as `-k=-5` is read: a number with its sign is the option's value, not another option. */
function withSigned(
  argv: readonly string[],
  specs: Record<string, { type: string; short?: string }>,
): string[] {
  const joined: string[] = []
  const takesValue = (arg: string): boolean =>
    Object.entries(specs).some(
      ([name, { type, short }]) => type === 'string' && (arg === `--${name}` || arg === `-${short ?? name}`),
    )
  for (const arg of argv) {
    const before = joined.at(-1)
    if (before !== undefined && !joined.includes('--') && /^-[\d.]/.test(arg) && takesValue(before))
      joined[joined.length - 1] = before.startsWith('--') ? `${before}=${arg}` : `${before}${arg}`
    else joined.push(arg)
  }
  return joined
}

/** The parser's refusal in a sentence of ours; its own words where it finds fault with something else. */
function refusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  const option = /'(?:-\w, )?(--?[^' ]+)/.exec(error.message)?.[1]
  if (option !== undefined && code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `There is no option ${option}.`
  if (option !== undefined && code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE')
    return error.message.includes('does not take')
      ? `${option} takes no value.`
      : `${option} needs a value after it.`
  return error.message.split('. To specify')[0]
}

/** @throws HilumError USAGE naming the option */
export function readOptions(
  argv: readonly string[],
  options: Record<string, OptionSpec>,
): { values: Values; positionals: string[] } {
  const specs = Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [
      name,
      short === undefined ? { type } : { type, short },
    ]),
  )
  try {
    const { values, positionals } = parseArgs({
      args: withSigned(argv, specs),
      options: specs,
      allowPositionals: true,
      strict: true,
    })
    return { values, positionals }
  } catch (error) {
    throw new HilumError('USAGE', refusal(error))
  }
}

export function text(values: Values, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

const flag = (name: string): string => `-${name.length === 1 ? '' : '-'}${name}`

/** Whole number from `least` to `most`. @throws HilumError USAGE with the range */
export function whole(values: Values, name: string, least: number, most: number): number | undefined {
  const value = text(values, name)
  if (value === undefined) return undefined
  const number = Number(value)
  if (value.trim() === '' || !Number.isInteger(number) || number < least || number > most)
    throw new HilumError(
      'USAGE',
      `${flag(name)} takes a whole number from ${least} to ${most}, not "${value}".`,
    )
  return number
}

/** `1,3,5,10`: up to `entries` of them, each from 1 to `most`. @throws HilumError USAGE with the range */
export function wholeList(values: Values, name: string, most: number, entries: number): number[] | undefined {
  const value = text(values, name)
  if (value === undefined) return undefined
  const numbers = value.split(',').map(Number)
  if (
    numbers.length > entries ||
    numbers.some((number) => !Number.isInteger(number) || number < 1 || number > most)
  )
    throw new HilumError(
      'USAGE',
      `${flag(name)} takes up to ${entries} whole numbers from 1 to ${most} with commas between, such as 1,3,5,10, not "${value}".`,
    )
  return numbers
}

export function words(values: Values, name: string): string[] | undefined {
  return text(values, name)
    ?.split(',')
    .map((word) => word.trim().toUpperCase())
    .filter((word) => word !== '')
}

/** Whether the file or folder of a path is there; what stands behind `#` may be a split of it. */
export const isThere = (path: string): boolean =>
  existsSync(path) || (path.includes('#') && existsSync(path.slice(0, path.indexOf('#')) || path))

/** A file, folder or `file.npz#split` as a source; the part behind `#` stays with the path. @throws HilumError USAGE */
export function pathSource(path: string): Extract<Source, { kind: 'path' }> {
  const [file, split] = path.split('#')
  if (file === '' && !existsSync(path))
    throw new HilumError(
      'USAGE',
      split === '' || split === undefined
        ? 'A path is empty.'
        : `"${path}" names a split without its file. Write the file before it, such as images.npz${path}.`,
    )
  return { kind: 'path', path: resolve(path) }
}
