/** Small charts as SVG, for the documents: ink on white, so that they read in any theme and on paper. */
import { writeFileSync } from 'node:fs'

const INK = '#1b1f27'
const GREY = '#6b7280'
const LINE = '#d6dae1'
/** Told apart without colour too: the first is filled, the second an outline. */
export const FIRST = '#5b4bd6'
export const SECOND = '#6b7280'

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

export type Anchor = 'start' | 'middle' | 'end'
export const text = (x: number, y: number, words: string, anchor: Anchor = 'start', grey = false): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${grey ? GREY : INK}">${escaped(words)}</text>`
export const line = (x1: number, y1: number, x2: number, y2: number, colour = LINE, more = ''): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" ${more}/>`
export const dot = (x: number, y: number, colour: string, filled = true): string =>
  `<circle cx="${x}" cy="${y}" r="4" fill="${filled ? colour : '#fff'}" stroke="${colour}" stroke-width="1.5"/>`
export const bar = (x: number, y: number, width: number, height: number, colour: string): string =>
  `<rect x="${x}" y="${y}" width="${Math.max(0, width)}" height="${height}" fill="${colour}"/>`

/** @param description for those who do not see it */
export function save(
  file: string,
  size: { width: number; height: number },
  description: string,
  parts: readonly string[],
): void {
  const { width, height } = size
  // Places, not figures: what is written stays as it is.
  const round = parts.join('\n').replace(/="(-?\d+\.\d{2})\d+"/g, '="$1"')
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="Inter, Arial, sans-serif" font-size="13">
<title>${escaped(description)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${round}
</svg>
`,
  )
}
