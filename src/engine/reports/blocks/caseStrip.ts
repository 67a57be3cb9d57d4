/** Cases as pictures with their mark, finding and who they are, five in a row. */
import type { ReportedCase } from '../content.js'
import { marks } from '../marks.js'
import type { Page } from '../page.js'
import { HEADING, SMALL } from './ink.js'

const ACROSS = 5

export function caseStrip(page: Page, title: string, cases: readonly ReportedCase[], ranked: boolean): void {
  const gap = 9
  const width = (page.width - gap * (ACROSS - 1)) / ACROSS
  const pictureHeight = 76
  const rowHeight = pictureHeight + 46
  page.need(18 + rowHeight)
  const section = page.element('Sect')
  page.y = page.textAt(section, 'H2', title, { ...HEADING, x: page.left, y: page.y, width: page.width }) + 4
  for (let start = 0; start < cases.length; start += ACROSS) {
    page.need(rowHeight)
    const top = page.y
    let lowest = top
    cases.slice(start, start + ACROSS).forEach((one, i) => {
      const x = page.left + i * (width + gap)
      page.figure(
        section,
        one.picture,
        `${ranked ? `Case ranked ${one.rank}` : 'Case'}, ${one.who}: ${one.finding}. ${one.closeness}`,
        { x, y: top, width, height: pictureHeight },
      )
      const y = top + pictureHeight + 5
      marks(page, one.mark, x + 4, y + 5)
      const name = ranked ? `${one.rank}. ${one.finding}` : one.finding
      const below = page.textAt(section, 'P', name, {
        x: x + 12,
        y,
        width: width - 12,
        face: 'bold',
        size: 8,
        leading: 10.6,
        most: 2,
      })
      const end = page.textAt(section, 'P', `${one.who}\n${one.closeness}`, {
        ...SMALL,
        x,
        y: below + 1,
        width,
        most: 3,
      })
      lowest = Math.max(lowest, end)
    })
    page.y = lowest + 6
  }
  section.end()
  page.y += 2
}
