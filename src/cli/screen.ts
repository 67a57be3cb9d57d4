/** What people and scripts read: results on standard output, everything else on standard error. */
import type { Failure } from '@shared/domain/images.js'
import type { Progress } from '@shared/domain/library.js'
import { LABEL_PROBLEMS, type Problem } from '@shared/errors.js'
import { named } from '@shared/failureWords.js'

const WIDTH = 28

/** Where standard error is no terminal: a line each tenth of the work, but not more often than this. */
const LINE_LEAST_MS = 2000
/** And one after this long at the latest, where the work is slow or its size not known yet. */
const LINE_MOST_MS = 10_000

export class Screen {
  readonly #json: boolean
  readonly #quiet: boolean
  #bar = false
  #line = { phase: '', tenth: 0, at: performance.now() }

  /** @param quiet no progress at all */
  constructor(json: boolean, quiet = false) {
    this.#json = json
    this.#quiet = quiet
  }

  get json(): boolean {
    return this.#json
  }

  /** The command's one result: the document with `--json`, otherwise the lines for people. */
  result(document: unknown, lines: () => readonly string[]): void {
    this.clear()
    process.stdout.write(
      this.#json
        ? `${JSON.stringify(document)}\n`
        : lines()
            .map((line) => `${line}\n`)
            .join(''),
    )
  }

  note(line: string): void {
    this.clear()
    process.stderr.write(`${line}\n`)
  }

  progress = (progress: Progress): void => {
    if (this.#quiet) return
    const { phase, done, total, rate } = progress
    const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total)
    if (!process.stderr.isTTY && !this.#lineIsDue(progress, share)) return
    const count = total === undefined ? `${done}` : `${done} of ${total}`
    const speed = rate === undefined ? '' : `, ${Math.round(rate)} a second`
    if (!process.stderr.isTTY) {
      const percent = share === undefined ? '' : ` (${Math.floor(share * 100)} %)`
      process.stderr.write(`${phase}: ${count}${percent}${speed}\n`)
      return
    }
    const filled = share === undefined ? 0 : Math.round(share * WIDTH)
    const bar = share === undefined ? '' : ` [${'█'.repeat(filled)}${' '.repeat(WIDTH - filled)}]`
    process.stderr.write(`\r\u001b[K${phase}${bar} ${count}${speed}`)
    this.#bar = true
  }

  /** Remembers the line as written where it is. */
  #lineIsDue({ phase, done }: Progress, share: number | undefined): boolean {
    const now = performance.now()
    const waited = now - this.#line.at
    const tenth = share === undefined ? 0 : Math.floor(share * 10)
    // Before the first is done there is nothing to say but that it runs.
    if (share === undefined && done === 0) return false
    const further = phase !== this.#line.phase || tenth > this.#line.tenth
    if (waited < (further ? LINE_LEAST_MS : LINE_MOST_MS)) return false
    this.#line = { phase, tenth, at: now }
    return true
  }

  /** Ends the progress line. */
  clear(): void {
    if (this.#bar) process.stderr.write('\r\u001b[K')
    this.#bar = false
  }

  failure(problem: Problem): void {
    this.clear()
    if (this.#json) {
      const { code, message, remedy, detail } = problem
      process.stdout.write(
        `${JSON.stringify({ code, message, remedy, ...(detail === undefined ? {} : { detail }) })}\n`,
      )
      return
    }
    const detail = problem.detail === undefined ? '' : ` (${problem.detail})`
    process.stderr.write(`hilum: ${problem.message}${detail} ${problem.remedy} [${problem.code}]\n`)
  }
}

/** Columns padded to their widest cell; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = [head, ...rows.map((row) => row.map(String))]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const numeric = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  )
  return cells.map((row) =>
    row
      .map((cell, column) =>
        numeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}

/** Files that were not read, and apart from them what was wrong with labels, whose images were. */
export function failureLines(failures: readonly Failure[]): string[] {
  const part = (heading: string, some: readonly Failure[]): string[] =>
    some.length === 0
      ? []
      : [
          '',
          `${heading} (${some.length}):`,
          ...some.map((failure) => `  ${named(failure)} ${failure.remedy} [${failure.code}]`),
        ]
  const ofLabels = ({ code }: Failure): boolean => LABEL_PROBLEMS.has(code)
  return [
    ...part(
      'Not read',
      failures.filter((failure) => !ofLabels(failure)),
    ),
    ...part('Labels', failures.filter(ofLabels)),
  ]
}

/** "1 image", "2 images" */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

export const fixed = (value: number, digits = 3): string => value.toFixed(digits)

/** 1.4 GB, 312 kB. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = count
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`
}
