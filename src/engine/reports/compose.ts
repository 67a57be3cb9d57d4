/** Lays out the report: what was asked, what came back, what made the score, and of what model and library. */
import { caseStrip } from './blocks/caseStrip.js'
import { details } from './blocks/details.js'
import { explanation } from './blocks/explanation.js'
import { head } from './blocks/head.js'
import { provenance } from './blocks/provenance.js'
import { queryAndEvidence } from './blocks/queryAndEvidence.js'
import { remarks } from './blocks/remarks.js'
import type { ReportContent } from './content.js'
import { Page } from './page.js'
import { TWIN_NAME } from './twin.js'
import { TITLE } from './wording.js'

export async function composeReport(content: ReportContent): Promise<{ pdf: Buffer; pages: number }> {
  const page = new Page(content.paper, TITLE, content.createdAt)
  head(page, content)
  queryAndEvidence(page, content)
  caseStrip(page, 'Nearest cases', content.hits, true)
  if (content.contrast.length > 0)
    caseStrip(page, 'Nearest cases with another finding', content.contrast, false)
  remarks(page, content)
  if (content.explanation !== undefined) explanation(page, content.explanation)
  details(page, content.hits)
  provenance(page, content)
  return await page.finish(
    (number, of) => ({
      left: content.foot,
      right: `Not a medical device, not for diagnosis · page ${number} of ${of}`,
    }),
    (document) => {
      document.file(
        content.twin as Buffer,
        {
          name: TWIN_NAME,
          type: 'application/json',
          description: 'The data of this report, to run its search again',
          relationship: 'Data',
          creationDate: content.createdAt,
          modifiedDate: content.createdAt,
        } as PDFKit.Mixins.PDFAttachmentOptions,
      )
    },
  )
}
