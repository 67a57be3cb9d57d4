/** Notes, the comment, and the line for whoever reviews it. */
import type { ReportContent } from '../content.js'
import type { Page } from '../page.js'
import { HEADING, SMALL } from './ink.js'

export function remarks(page: Page, content: ReportContent): void {
  for (const note of content.notes) {
    page.need(40)
    const section = page.element('Sect')
    page.text(section, 'H2', `Note of ${note.who}`, { ...HEADING, gap: 1 })
    page.text(section, 'P', note.text, { size: 8.5, leading: 11.8, gap: 7 })
    section.end()
  }
  page.need(content.comment === undefined ? 46 : 84)
  const section = page.element('Sect')
  if (content.comment !== undefined) {
    page.text(section, 'H2', 'Comment', { ...HEADING, gap: 1 })
    page.text(section, 'P', content.comment, { gap: 8 })
  }
  page.need(42)
  const y = page.y + 20
  const x = page.left + page.width * 0.55
  if (content.reviewer !== undefined)
    page.textAt(section, 'P', content.reviewer, { x, y: y - 13, width: page.width * 0.45, most: 1 })
  page.decoration((d) => d.rect(x, y, page.width * 0.45, 0.7).fill('#444444'))
  page.textAt(section, 'P', 'Reviewed by, date (this is no signature)', {
    ...SMALL,
    x,
    y: y + 3,
    width: page.width * 0.45,
  })
  section.end()
  page.y = y + 22
}
