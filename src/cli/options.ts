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

/** @throws HilumError USAGE with the parser's own words */
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
      args: [...argv],
      options: specs,
      allowPositionals: true,
      strict: true,
    })
    return { values, positionals }
  } catch (error) {
    throw new HilumError('USAGE', error instanceof Error ? error.message.split('. To specify')[0] : undefined)
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
