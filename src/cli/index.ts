/** The `hilum` command. Exit status: 0 done, 1 the command's own failure, 2 wrong usage. */
import { HilumError, problemOf } from '@shared/errors.js'
import type { Command } from './command.js'
import { decode } from './commands/decode.js'
import { doctor } from './commands/doctor.js'
import { evaluate } from './commands/evaluate.js'
import { evaluateText } from './commands/evaluateText.js'
import { explain } from './commands/explain.js'
import { importCases } from './commands/import.js'
import {
  libraryBackup,
  libraryCheck,
  libraryInfo,
  libraryRebuild,
  libraryRestore,
} from './commands/library.js'
import { modelsInstall, modelsList, modelsUse, modelsVerify } from './commands/models.js'
import { report, reportRerun } from './commands/report.js'
import { searchImage, searchNotes, searchText } from './commands/search.js'
import { serve } from './commands/serve.js'
import { COMMON, readOptions, text } from './options.js'
import { Screen } from './screen.js'
import { Session } from './session.js'

/** By its words: one or two. */
const commands = new Map<string, Command>([
  ['doctor', doctor],
  ['import', importCases],
  ['library info', libraryInfo],
  ['library check', libraryCheck],
  ['library rebuild', libraryRebuild],
  ['library backup', libraryBackup],
  ['library restore', libraryRestore],
  ['search image', searchImage],
  ['search text', searchText],
  ['search notes', searchNotes],
  ['explain', explain],
  ['decode', decode],
  ['evaluate', evaluate],
  ['evaluate-text', evaluateText],
  ['report', report],
  ['report rerun', reportRerun],
  ['models list', modelsList],
  ['models install', modelsInstall],
  ['models verify', modelsVerify],
  ['models use', modelsUse],
  ['serve', serve],
])

/** Usage and summary of each, in two columns. */
function listed(some: readonly (readonly [string, Command])[]): string[] {
  const width = Math.max(...some.map(([name, { usage }]) => `${name} ${usage}`.length))
  return some.map(([name, { usage, summary }]) => `  ${`${name} ${usage}`.padEnd(width)}  ${summary}`)
}

function overview(): string[] {
  return [
    'hilum: finds the most similar chest radiographs a library has. Not for diagnosis.',
    '',
    ...listed([...commands]),
    '',
    'Every command takes --library DIR, --json and --quiet; "hilum help COMMAND" shows its own options.',
  ]
}

function help(name: string, { usage, summary, options }: Command): string[] {
  return [
    `hilum ${name} ${usage}`.trim(),
    summary,
    '',
    ...Object.entries({ ...options, ...COMMON }).map(([option, { type, short, help: words }]) => {
      const flag =
        option.length === 1 ? `-${option}` : `--${option}${short === undefined ? '' : `, -${short}`}`
      return `  ${`${flag}${type === 'string' ? ' VALUE' : ''}`.padEnd(20)} ${words}`
    }),
  ]
}

/** The commands of one word: `library` for `library info` and its like. */
const familyOf = (word: string | undefined): [string, Command][] =>
  [...commands].filter(([name]) => name.startsWith(`${word} `))

/**
 * Prints what is asked for by `--help` or the word `help`: of everything, of a family such as `library`, or of one command.
 * @throws HilumError USAGE where there is no such command
 */
function showHelp(screen: Screen, words: readonly string[]): void {
  const [first] = words
  if (first === undefined) return screen.result({ commands: [...commands.keys()] }, overview)
  const family = words.length === 1 ? familyOf(first) : []
  const own = commands.get(first)
  if (family.length > 0)
    return screen.result({ commands: family.map(([name]) => name) }, () => [
      ...(own === undefined ? [] : [...help(first, own), '']),
      ...listed(family),
      '',
      `"hilum help ${family[0]?.[0] ?? first}" shows its own options.`,
    ])
  const { name, command } = chosen(words)
  screen.result({ command: name }, () => help(name, command))
}

/** Every option of every command, so that options may stand before the command's words. */
const everyOption = Object.assign(
  {},
  COMMON,
  ...[...commands.values()].map(({ options }) => options ?? {}),
) as typeof COMMON

function chosen(positionals: readonly string[]): { name: string; command: Command; args: string[] } {
  for (const count of [2, 1]) {
    const name = positionals.slice(0, count).join(' ')
    const command = commands.get(name)
    if (command !== undefined && positionals.length >= count)
      return { name, command, args: positionals.slice(count) }
  }
  const [first] = positionals
  const family = familyOf(first).map(([name]) => name)
  throw new HilumError(
    'USAGE',
    first === undefined
      ? 'Which command?'
      : family.length > 0
        ? `"${first}" needs one of: ${family.map((name) => name.slice(first.length + 1)).join(', ')}.`
        : `There is no command "${positionals.join(' ')}".`,
  )
}

/** Two signals closer than this are one. */
const SAME_INTERRUPT_MS = 400

/** Runs one command line and sets the exit status. */
async function main(argv: readonly string[]): Promise<void> {
  const screen = new Screen(argv.includes('--json'), argv.includes('--quiet') || argv.includes('-q'))
  const controller = new AbortController()
  // The first Ctrl C cancels and keeps what is committed; the second ends at once. A terminal sends one to the whole group, and
  // the launcher hands its own on, so two that come together are one. Ending under a thread that encodes would abort in
  // native code: a library bears being killed.
  let interrupted = 0
  const interrupt = (): void => {
    if (!controller.signal.aborted) {
      interrupted = performance.now()
      controller.abort()
    } else if (performance.now() - interrupted > SAME_INTERRUPT_MS) process.kill(process.pid, 'SIGKILL')
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  let session: Session | undefined
  try {
    const { positionals, values: given } = readOptions(argv, everyOption)
    if (positionals[0] === 'help') return showHelp(screen, positionals.slice(1))
    if (given['help'] === true) return showHelp(screen, positionals)
    const { name, command, args } = chosen(positionals)
    const { values } = readOptions(argv, { ...command.options, ...COMMON })
    if (args.length < command.arity[0] || args.length > command.arity[1])
      throw new HilumError('USAGE', `Usage: hilum ${name} ${command.usage}`.trim())
    command.check?.(args, values)
    session = await Session.start()
    const need = command.creates?.(args) === false ? 'optional' : command.library
    const heldBy = await session.openLibrary(need, text(values, 'library'))
    if (heldBy !== undefined) screen.note(`The library is open for reading only. ${heldBy}`)
    await command.run({ args, values, session, screen, signal: controller.signal })
  } catch (error) {
    const failed = problemOf(error)
    screen.failure(failed)
    process.exitCode = failed.code === 'USAGE' ? 2 : 1
  } finally {
    await session?.close()
  }
}

void main(process.argv.slice(2)).then(() => process.exit())
