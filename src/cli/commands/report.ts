import { resolve } from 'node:path'
import { HilumError } from '@shared/errors.js'
import type { Command, Values } from '../command.js'
import { pathSource, text, whole } from '../options.js'
import { openQuery } from '../queryFile.js'

const DEFAULT_K = 5
/** A report shows no more. */
const MOST_K = 20

const howMany = (values: Values): number => whole(values, 'k', 1, MOST_K) ?? DEFAULT_K

function target(values: Values): string {
  const output = text(values, 'output')
  if (output === undefined) throw new HilumError('USAGE', 'Name the PDF to write with -o OUT.pdf.')
  return output
}

export const report: Command = {
  usage: 'FILE',
  summary: 'writes the cases most similar to an image as a PDF',
  options: {
    k: { type: 'string', short: 'k', help: `how many cases (default ${DEFAULT_K}, at most ${MOST_K})` },
    output: { type: 'string', short: 'o', help: 'the PDF to write' },
    dicom: { type: 'string', help: 'also write it as a DICOM Encapsulated PDF' },
    check: { type: 'boolean', help: 'also check the map of what made the score (takes a few seconds)' },
    deidentify: { type: 'boolean', help: "leave out the query patient's identity too" },
  },
  arity: [1, 1],
  library: 'read',
  check: (_, values) => void [howMany(values), target(values)],
  async run({ args, values, session, screen, signal }) {
    const k = howMany(values)
    const pdf = resolve(target(values))
    const dicomFile = text(values, 'dicom')
    const dicom = dicomFile === undefined ? undefined : resolve(dicomFile)
    const { queryId } = await openQuery(session, args[0] ?? '', signal)
    await session.measured({ signal, onProgress: screen.progress })
    const { pages, sha256 } = await session.call(
      'report.create',
      {
        queryId,
        k,
        path: pdf,
        deidentify: values['deidentify'] === true,
        ...(values['check'] === true ? { check: true } : {}),
        ...(dicom === undefined ? {} : { dicomPath: dicom }),
      },
      { signal },
    )
    screen.result({ pdf, ...(dicom === undefined ? {} : { dicom }), pages, sha256 }, () => [
      `${pdf}: ${pages} ${pages === 1 ? 'page' : 'pages'}, sha256 ${sha256}`,
      ...(dicom === undefined ? [] : [`${dicom}: the same as DICOM Encapsulated PDF`]),
    ])
  },
}

export const reportRerun: Command = {
  usage: 'REPORT.pdf [FILE]',
  summary: "runs a report's search again and lists what changed",
  arity: [1, 2],
  library: 'read',
  async run({ args, session, screen, signal }) {
    const [pdf, query] = args
    const result = await session.call(
      'report.rerun',
      { report: pathSource(pdf ?? ''), ...(query === undefined ? {} : { query: pathSource(query) }) },
      { signal },
    )
    screen.result(result, () =>
      result.identical ? ['The search gives the same again.'] : result.differences,
    )
  },
}
