/** The query's picture and facts, with the evidence beside it. */
import type { ReportContent } from '../content.js'
import type { Page } from '../page.js'
import { facts } from './facts.js'
import { HEADING } from './ink.js'

export function queryAndEvidence(page: Page, content: ReportContent): void {
  const top = page.y
  const side = 186
  const section = page.element('Sect')
  const x = page.left + side + 18
  const width = page.width - side - 18
  const title = page.textAt(section, 'H2', 'Query', { ...HEADING, x, y: top, width })
  page.figure(section, content.query.picture, content.query.alt, {
    x: page.left,
    y: top,
    width: side,
    height: side,
  })
  let y = facts(page, section, content.query.facts, x, title + 2, width, 92)
  y = page.textAt(section, 'H2', 'Evidence', { ...HEADING, x, y: y + 7, width })
  y = page.textAt(section, 'P', content.evidence.headline, { x, y: y + 1, width, face: 'bold', size: 9 })
  for (const sentence of content.evidence.sentences) {
    y = page.textAt(section, 'P', sentence, { x, y: y + 2, width, size: 8.5, leading: 11.6 })
  }
  section.end()
  page.y = Math.max(top + side, y) + 12
}
