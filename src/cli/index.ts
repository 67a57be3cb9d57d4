/** The `hilum` command. Exit status: 0 done, 1 the command's own failure, 2 wrong usage. */
import { HilumError, problem, problemOf } from '@shared/errors.js'
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

function overview(): string[] {
  const width = Math.max(...[...commands].map(([name, { usage }]) => `${name} ${usage}`.length))
  return [
    'hilum: finds the most similar chest radiographs a library has. Not for diagnosis.',
    '',
    ...[...commands].map(([name, { usage, summary }]) => `  ${`${name} ${usage}`.padEnd(width)}  ${summary}`),
    '',
    'Every command takes --library DIR and --json; "hilum COMMAND --help" shows its own options.',
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
  const family = [...commands.keys()].filter((name) => name.startsWith(`${first} `))
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
  const screen = new Screen(argv.includes('--json'))
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
    if (positionals.length === 0 && given['help'] === true)
      return screen.result({ commands: [...commands.keys()] }, overview)
    const { name, command, args } = chosen(positionals)
    if (given['help'] === true) return screen.result({ command: name }, () => help(name, command))
    const { values } = readOptions(argv, { ...command.options, ...COMMON })
    if (args.length < command.arity[0] || args.length > command.arity[1])
      throw new HilumError('USAGE', `Usage: hilum ${name} ${command.usage}`.trim())
    command.check?.(args)
    session = await Session.start()
    const heldBy = await session.openLibrary(command.library, text(values, 'library'))
    if (heldBy !== undefined) screen.note(`The library is open for reading only. ${heldBy}`)
    await command.run({ args, values, session, screen, signal: controller.signal })
  } catch (error) {
    const failed = problemOf(error)
    screen.failure(failed)
    if (failed.code === 'USAGE' && !screen.json) screen.note(problem('USAGE').remedy)
    process.exitCode = failed.code === 'USAGE' ? 2 : 1
  } finally {
    await session?.close()
  }
}

void main(process.argv.slice(2)).then(() => process.exit())
