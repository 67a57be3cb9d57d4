/** What a command is: its usage line, its options, and what it does with them. */
import type { LibraryNeed, Session } from './session.js'
import type { Screen } from './screen.js'

export type OptionSpec = { type: 'string' | 'boolean'; short?: string; help: string }
export type Values = Record<string, string | boolean | undefined>

export type Command = {
  /** Positional part of the usage line: `FILE`, `PATH…`. */
  usage: string
  summary: string
  options?: Record<string, OptionSpec>
  /** Fewest and most positional arguments. */
  arity: readonly [number, number]
  library: LibraryNeed
  /** Of `create`: whether there is something to make a library for; where not, one that is missing stays so. */
  creates?(args: readonly string[]): boolean
  /** What is wrong with the arguments and options themselves, before anything is opened. @throws HilumError */
  check?(args: readonly string[], values: Values): void
  run(context: Context): Promise<void>
}

export type Context = {
  args: readonly string[]
  values: Values
  session: Session
  screen: Screen
  /** Aborted by Ctrl C. */
  signal: AbortSignal
}
