/** The marks of findings: a shape for each, so that colour is never the only sign. */
import type { Page } from './page.js'
import type { Mark } from './wording.js'

const COLOUR: Record<Mark, string> = {
  pneumonia: '#8a5200',
  other: '#ad1f5e',
  normal: '#0b5299',
  unknown: '#4c5661',
}

/** Draws a mark of 8 points around its middle. It is decoration: the finding's word stands beside it. */
export function marks(page: Page, mark: Mark, x: number, y: number): void {
  const r = 4
  page.decoration((d) => {
    const diamond = () =>
      d
        .moveTo(x, y - r)
        .lineTo(x + r, y)
        .lineTo(x, y + r)
        .lineTo(x - r, y)
        .closePath()
    const colour = COLOUR[mark]
    if (mark === 'pneumonia') diamond().fill(colour)
    else if (mark === 'normal')
      d.circle(x, y, r - 0.6)
        .lineWidth(1.3)
        .stroke(colour)
    else if (mark === 'other') {
      diamond().lineWidth(1).stroke(colour)
      d.moveTo(x, y - r)
        .lineTo(x - r, y)
        .lineTo(x, y + r)
        .closePath()
        .fill(colour)
    } else
      d.rect(x - r + 0.8, y - r + 0.8, 2 * r - 1.6, 2 * r - 1.6)
        .dash(1.6, { space: 1.2 })
        .lineWidth(1)
        .stroke(colour)
  })
}
