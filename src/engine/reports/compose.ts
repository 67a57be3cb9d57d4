/** Lays out the report: what was asked, what came back, what made the score, and of what model and library. */
import { HEAT_STOPS } from '@shared/heatMap.js'
import { marks } from './marks.js'
import { INK, Page, QUIET, type Element, type Paper } from './page.js'
import type { ReportPicture } from './pictures.js'
import { TWIN_NAME } from './twin.js'
import { NOTICE, TITLE, type Mark } from './wording.js'

export type Fact = readonly [label: string, value: string]
export type ReportedCase = {
  rank: number
  mark: Mark
  finding: string
  /** Pseudonym, age and sex. */
  who: string
  closeness: string
  source: string
  view: string
  /** Cosine, three decimals. */
  score: string
  picture: ReportPicture
}
export type ReportContent = {
  paper: Paper
  institution?: string
  study: string
  printed: string
  createdAt: Date
  query: { picture: ReportPicture; alt: string; facts: readonly Fact[] }
  evidence: { headline: string; sentences: readonly string[] }
  synthetic: boolean
  hits: readonly ReportedCase[]
  contrast: readonly ReportedCase[]
  notes: readonly { who: string; text: string }[]
  comment?: string
  reviewer?: string
  explanation?: {
    query: ReportPicture
    neighbour: ReportPicture
    label: string
    sentence: string
    /** What the check of the map found, or that it was not checked. */
    check: string
    score: string
  }
  provenance: readonly Fact[]
  limits: readonly string[]
  foot: string
  twin: Uint8Array
}

const HEADING = { face: 'bold', size: 10.5 } as const
const SMALL = { size: 7.5, colour: '#434c57', leading: 10.4 } as const

export async function composeReport(content: ReportContent): Promise<{ pdf: Buffer; pages: number }> {
  const page = new Page(content.paper, TITLE, content.createdAt)
  head(page, content)
  queryBlock(page, content)
  caseStrip(page, 'Nearest cases', content.hits, true)
  if (content.contrast.length > 0)
    caseStrip(page, 'Nearest cases with another finding', content.contrast.slice(0, 5), false)
  remarks(page, content)
  if (content.explanation !== undefined) explanation(page, content.explanation)
  details(page, content.hits)
  identity(page, content)
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

function head(page: Page, content: ReportContent): void {
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

function queryBlock(page: Page, content: ReportContent): void {
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

/** Label and value, as a list: a reader hears them as pairs. @returns the y below */
function facts(
  page: Page,
  parent: Element | undefined,
  rows: readonly Fact[],
  x: number,
  top: number,
  width: number,
  labelWidth: number,
): number {
  const list = page.element('L', parent)
  let y = top
  for (const [label, value] of rows) {
    const item = page.element('LI', list)
    page.textAt(item, 'Lbl', label, {
      x,
      y,
      width: labelWidth - 6,
      size: 8.5,
      colour: QUIET,
      leading: 11.8,
      most: 2,
    })
    const end = page.textAt(item, 'LBody', value, {
      x: x + labelWidth,
      y,
      width: width - labelWidth,
      size: 8.5,
      leading: 11.8,
      most: 8,
    })
    item.end()
    y = Math.max(y + 11.8, end) + 1
  }
  list.end()
  return y
}

const ACROSS = 5

function caseStrip(page: Page, title: string, cases: readonly ReportedCase[], ranked: boolean): void {
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

function remarks(page: Page, content: ReportContent): void {
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

function explanation(page: Page, shown: NonNullable<ReportContent['explanation']>): void {
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

const COLUMNS = [
  ['Rank', 0.07],
  ['Case of', 0.11],
  ['Finding in this library', 0.25],
  ['Age, sex', 0.15],
  ['View', 0.13],
  ['Source', 0.2],
  ['Score', 0.09],
] as const

function details(page: Page, hits: readonly ReportedCase[]): void {
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

function identity(page: Page, content: ReportContent): void {
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
