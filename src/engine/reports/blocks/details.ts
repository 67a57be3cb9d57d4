/** The nearest cases once more, as a table with their scores. */
import type { ReportedCase } from '../content.js'
import { INK, type Page } from '../page.js'
import { HEADING, SMALL } from './ink.js'

const COLUMNS = [
  ['Rank', 0.07],
  ['Case of', 0.11],
  ['Finding in this library', 0.25],
  ['Age, sex', 0.15],
  ['View', 0.13],
  ['Source', 0.2],
  ['Score', 0.09],
] as const

export function details(page: Page, hits: readonly ReportedCase[]): void {
  page.need(60)
  const section = page.element('Sect')
  page.text(section, 'H2', 'Details of the nearest cases', { ...HEADING, gap: 3 })
  const table = page.element('Table', section)
  const row = (cells: readonly string[], type: 'TH' | 'TD') => {
    const ink = { size: 8, leading: 11, face: type === 'TH' ? 'bold' : 'regular' } as const
    const widths = COLUMNS.map(([, share]) => share * page.width)
    const height =
      Math.max(...cells.map((cell, i) => Math.min(3, page.lines(cell, (widths[i] ?? 0) - 6, ink).length))) *
        11 +
      5
    page.need(height)
    const element = page.element('TR', table)
    let x = page.left
    cells.forEach((cell, i) => {
      const holder = page.element(type, element, type === 'TH' ? { scope: 'Column' } : {})
      page.textAt(holder, 'P', cell, { ...ink, x, y: page.y + 2.5, width: (widths[i] ?? 0) - 6, most: 3 })
      holder.end()
      x += widths[i] ?? 0
    })
    element.end()
    page.y += height
    page.rule(type === 'TH' ? INK : '#d9dde2', 0.5)
  }
  row(
    COLUMNS.map(([name]) => name),
    'TH',
  )
  for (const hit of hits) {
    const [patient, ...rest] = hit.who.split(' · ')
    row(
      [String(hit.rank), patient ?? '', hit.finding, rest.join(', '), hit.view, hit.source, hit.score],
      'TD',
    )
  }
  table.end()
  page.y += 4
  page.text(
    section,
    'P',
    'Score: cosine of the two image embeddings, before any re-ranking. It is no probability, and no share of likeness.',
    {
      ...SMALL,
      gap: 10,
    },
  )
  section.end()
}
