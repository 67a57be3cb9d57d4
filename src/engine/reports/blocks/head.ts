/** The top of the first page: title, institution, study, and that it is not for diagnosis. */
import type { ReportContent } from '../content.js'
import { INK, QUIET, type Page } from '../page.js'
import { NOTICE, TITLE } from '../wording.js'

export function head(page: Page, content: ReportContent): void {
  const right = page.left + page.width * 0.66
  const top = page.y
  page.textAt(undefined, 'H1', TITLE, { x: page.left, y: top, width: page.width, face: 'bold', size: 14.5 })
  page.y = top + 23
  const left = page.textAt(
    undefined,
    'P',
    content.institution ?? 'Similar chest radiographs from this library',
    {
      x: page.left,
      y: page.y,
      width: page.width * 0.62,
      colour: QUIET,
      most: 2,
    },
  )
  const other = page.textAt(undefined, 'P', `${content.study}\n${content.printed}`, {
    x: right,
    y: page.y,
    width: page.width * 0.34,
    size: 8,
    colour: QUIET,
    align: 'right',
    most: 4,
  })
  page.y = Math.max(left, other) + 5
  page.rule(INK, 1.1)
  page.y += 8
  const notice = content.synthetic
    ? `${NOTICE} SYNTHETIC: these cases were drawn, not taken of people; nothing here has a clinical meaning.`
    : NOTICE
  const ink = { face: 'bold', size: 8.5 } as const
  const height = page.lines(notice, page.width - 16, ink).length * 8.5 * 1.38 + 9
  const y = page.y
  page.decoration((d) =>
    d.roundedRect(page.left, y, page.width, height, 2.5).lineWidth(0.6).fillAndStroke('#fbf1cd', '#b89b2e'),
  )
  page.textAt(undefined, 'P', notice, { ...ink, x: page.left + 8, y: y + 4.5, width: page.width - 16 })
  page.y = y + height + 10
}
