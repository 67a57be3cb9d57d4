import { basename, resolve } from 'node:path'
import type { Failure } from '@shared/domain/images.js'
import type { ImportResult, LabelConflict } from '@shared/domain/library.js'
import { HilumError, problem, problemOf } from '@shared/errors.js'
import { named } from '@shared/failureWords.js'
import type { Command } from '../command.js'
import { isThere, pathSource, text, words } from '../options.js'
import { counted, failureLines, table } from '../screen.js'

/** The failure of an import as a whole: every file was refused. It names the first reason; the list has all. */
function nothingImported({ imported, duplicates, failures, cancelled }: ImportResult): Failure | undefined {
  const [first] = failures
  if (first === undefined || imported + duplicates > 0 || cancelled === true) return undefined
  if (failures.length === 1) return { ...first, message: `Nothing was imported. ${named(first)}` }
  return {
    ...first,
    message: `Nothing was imported: all ${failures.length} files were refused. The first: ${named(first)}`,
  }
}

/** What there is to say where no path exists and no library was made for them. */
function noneThere(args: readonly string[]): ImportResult {
  const { code, message, remedy } = problem('FILE_NOT_FOUND')
  const failures = args.map((path) => ({ file: basename(path), code, message, remedy }))
  return { imported: 0, duplicates: 0, failures, cases: 0, images: 0, seconds: 0 }
}

/** Copies left out whose findings contradict what the library says: somebody has to look at them. */
function conflictLines(conflicts: readonly LabelConflict[]): string[] {
  if (conflicts.length === 0) return []
  const head =
    conflicts.length === 1
      ? '1 of the duplicates carries other findings than its case; those stored stand:'
      : `${conflicts.length} of the duplicates carry other findings than their cases; those stored stand:`
  return [
    head,
    ...table(
      ['file', 'its finding', 'case', 'stored finding'],
      conflicts.map(({ file, offered, caseId, stored }) => [
        file,
        offered.join(', '),
        caseId,
        stored.join(', '),
      ]),
    ),
  ]
}

export const importCases: Command = {
  usage: 'PATH…',
  summary: 'adds files, folders, ZIP, DICOMDIR or NPZ (file.npz#split) to the library',
  options: {
    labels: {
      type: 'string',
      help: 'CSV with the columns file, finding and any of patient_id, study_date, view, sex, age, source_url, licence, notes',
    },
    source: { type: 'string', help: 'name of where the cases come from' },
    classes: { type: 'string', help: 'A,B,…: names of an NPZ file’s label values' },
    ack: { type: 'string', help: 'file to which each image’s id is appended once it is committed' },
  },
  arity: [1, Infinity],
  library: 'create',
  creates: (args) => args.some(isThere),
  check(_, values) {
    const labels = text(values, 'labels')
    if (labels !== undefined && !isThere(labels))
      throw new HilumError('FILE_NOT_FOUND', `The labels file ${labels} is not there. No image was added.`)
  },
  async run({ args, values, session, screen, signal }) {
    const labels = text(values, 'labels')
    const source = text(values, 'source')
    const ack = text(values, 'ack')
    const classes = words(values, 'classes')
    const result = await session
      .call(
        'import.run',
        {
          sources: args.map(pathSource),
          ...(labels === undefined ? {} : { labels: pathSource(labels) }),
          ...(source === undefined ? {} : { sourceName: source }),
          ...(classes === undefined ? {} : { classes }),
          ...(ack === undefined ? {} : { ackPath: resolve(ack) }),
        },
        { signal, onProgress: screen.progress },
      )
      .catch((error: unknown) => {
        if (problemOf(error).code === 'LIBRARY_NONE') return noneThere(args)
        throw error
      })
    const nothing = nothingImported(result)
    if (nothing !== undefined) {
      const { code, message, remedy } = nothing
      screen.result({ ...result, code, message, remedy }, () => failureLines(result.failures))
      if (!screen.json) screen.note(`hilum: ${message} [${code}]`)
      process.exitCode = 1
      return
    }
    const cancelled = result.cancelled === true ? problem('CANCELLED') : undefined
    if (cancelled !== undefined) process.exitCode = 1
    const { code, message, remedy } = cancelled ?? {}
    screen.result(cancelled === undefined ? result : { ...result, code, message, remedy }, () => [
      `${counted(result.imported, 'image')} imported, ${counted(result.duplicates, 'duplicate')} left out, in ${result.seconds.toFixed(1)} s. The library holds ${counted(result.images, 'image')} in ${counted(result.cases, 'case')} now.`,
      ...conflictLines(result.conflicts ?? []),
      ...failureLines(result.failures),
    ])
    if (cancelled !== undefined && !screen.json) screen.failure(cancelled)
  },
}
