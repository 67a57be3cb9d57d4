/** The report: one search as a PDF that carries its own data. */
import { createHash } from 'node:crypto'
import type { Handler } from '../ports/calls.js'
import { composeReport } from '../reports/compose.js'
import { encapsulatedPdf } from '../reports/encapsulated.js'
import { TITLE } from '../reports/wording.js'
import { writeAside } from '../../node/writeAside.js'
import { plainBytes } from './bytes.js'
import { contentOf } from './reporting/contentOf.js'
import { gather } from './reporting/gather.js'
import type { ReportParts } from './reporting/parts.js'
import { twinOf } from './reporting/twinOf.js'

export function reportService(parts: ReportParts): Handler<'report.create'> {
  return async (input, context) => {
    const gathered = await gather(parts, input, context)
    context.signal.throwIfAborted()
    context.progress({ phase: 'writing', done: 3, total: 4 })
    // XMP and the information dictionary hold whole seconds and must agree.
    const createdAt = new Date(Math.floor(Date.now() / 1000) * 1000)
    const twin = twinOf(parts, input, gathered, createdAt)
    const { pdf, pages } = await composeReport(contentOf(parts, input, gathered, twin))
    const sha256 = createHash('sha256').update(pdf).digest('hex')
    const dicom =
      input.dicom === true || input.dicomPath !== undefined
        ? encapsulatedPdf(pdf, {
            title: TITLE,
            createdAt,
            hilum: parts.version,
            sha256,
            study: gathered.decoded.study,
            ...(input.deidentify === true ? { pseudonym: gathered.queryName } : {}),
          })
        : undefined
    context.signal.throwIfAborted()
    if (input.path !== undefined) await writeAside(input.path, pdf)
    if (input.dicomPath !== undefined && dicom !== undefined) await writeAside(input.dicomPath, dicom)
    const { library } = parts.workspace
    if (!library.readOnly) {
      const deidentified = input.deidentify === true
      library.audit('report.create', sha256, { pages, cases: gathered.shown.length, deidentified })
    }
    return {
      pdf: plainBytes(pdf),
      pages,
      sha256,
      ...(dicom === undefined ? {} : { dicom: plainBytes(dicom) }),
    }
  }
}
