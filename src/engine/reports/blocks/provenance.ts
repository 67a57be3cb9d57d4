/** Of what model and library the report is, and what neither can tell. */
import type { ReportContent } from '../content.js'
import type { Page } from '../page.js'
import { TWIN_NAME } from '../twin.js'
import { facts } from './facts.js'
import { HEADING, SMALL } from './ink.js'

export function provenance(page: Page, content: ReportContent): void {
  const height = content.provenance.length * 13 + 30
  page.need(Math.min(height, 200))
  const section = page.element('Sect')
  page.text(section, 'H2', 'Model and library', { ...HEADING, gap: 3 })
  for (const fact of content.provenance) {
    page.need(26)
    page.y = facts(page, section, [fact], page.left, page.y, page.width, 110)
  }
  page.y += 6
  if (content.limits.length > 0) {
    page.need(50)
    page.text(section, 'H2', 'Limits of this model', { ...HEADING, gap: 2 })
    for (const limit of content.limits) page.text(section, 'P', `– ${limit}`, { size: 8.5, leading: 11.8 })
    page.y += 6
  }
  page.text(
    section,
    'P',
    `Other patients appear under names that hold in this report only. The search can be run again from this file ("hilum report rerun", or "Run again from a report"): its data are attached as ${TWIN_NAME}. Pictures may carry writing of their own.`,
    SMALL,
  )
  if (page.hasMissing)
    page.text(
      section,
      'P',
      '□ stands for a character that this document\u2019s typeface lacks; the attached data have it.',
      SMALL,
    )
  section.end()
}
