/** What made the score: query and neighbour with the map over them, and what its check found. */
import { HEAT_STOPS } from '@shared/heatMap.js'
import type { ReportContent } from '../content.js'
import type { Page } from '../page.js'
import { HEADING, SMALL } from './ink.js'

export function explanation(page: Page, shown: NonNullable<ReportContent['explanation']>): void {
  const gap = 16
  const width = (page.width - gap) / 2
  const height = 236
  page.need(height + 100)
  const section = page.element('Sect')
  page.text(section, 'H2', 'What made the score', { ...HEADING, gap: 4 })
  const top = page.y
  const alt =
    'with the places that added most to the score tinted, from dark blue for less to yellow for most'
  page.figure(section, shown.query, `The query ${alt}.`, { x: page.left, y: top, width, height })
  page.figure(section, shown.neighbour, `${shown.label} ${alt}.`, {
    x: page.left + width + gap,
    y: top,
    width,
    height,
  })
  const captions = top + height + 4
  page.textAt(section, 'P', 'Query', { ...SMALL, x: page.left, y: captions, width })
  page.textAt(section, 'P', `${shown.label}, score ${shown.score}`, {
    ...SMALL,
    x: page.left + width + gap,
    y: captions,
    width,
  })
  heatLegend(page, page.left + width, captions)
  page.y = captions + 15
  page.text(section, 'P', shown.sentence, { size: 8.5, leading: 11.8, gap: 3 })
  page.text(section, 'P', shown.check, { size: 8.5, leading: 11.8, face: 'bold', gap: 10 })
  section.end()
}

/** From little to most, ending at `right`. */
function heatLegend(page: Page, right: number, y: number): void {
  const step = 11
  const bar = right - 110 - HEAT_STOPS.length * step
  page.decoration((d) =>
    HEAT_STOPS.forEach((colour, i) => d.rect(bar + i * step, y + 1.5, step, 6).fill([...colour])),
  )
  page.textAt(undefined, 'P', 'less to more of the score', {
    ...SMALL,
    x: bar + HEAT_STOPS.length * step + 5,
    y,
    width: 108,
    most: 1,
  })
}
