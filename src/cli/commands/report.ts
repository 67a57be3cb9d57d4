import { resolve } from 'node:path'
import { HilumError } from '@shared/errors.js'
import type { Command } from '../command.js'
import { pathSource, text, whole } from '../options.js'
import { openQuery } from '../queryFile.js'

const DEFAULT_K = 5

export const report: Command = {
  usage: 'FILE',
  summary: 'writes the cases most similar to an image as a PDF',
  options: {
    k: { type: 'string', short: 'k', help: 'how many cases (default 5, at most 20)' },
    output: { type: 'string', short: 'o', help: 'the PDF to write' },
    dicom: { type: 'string', help: 'also write it as a DICOM Encapsulated PDF' },
    deidentify: { type: 'boolean', help: "leave out the query patient's identity too" },
  },
  arity: [1, 1],
  library: 'read',
  async run({ args, values, session, screen, signal }) {
    const output = text(values, 'output')
    if (output === undefined) throw new HilumError('USAGE', 'Name the PDF to write with -o OUT.pdf.')
    const k = whole(values, 'k') ?? DEFAULT_K
    if (k > 20) throw new HilumError('USAGE', 'A report shows at most 20 cases.')
    const pdf = resolve(output)
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
