/** The evaluation as one picture for a slide or a logbook: figures, the curve with its band, the most wrong queries. */
import type { Evaluation } from '@shared/domain/evaluation.js'
import type { ImageRef } from '@shared/domain/images.js'
import { call } from '../../host/client.js'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { findingsText } from '../../ui/Marks.js'
import { sortedWall, type WallRow } from './Wall.js'

/** Twice the size it is laid out in, for print. */
const SCALE = 2
const WIDTH = 900
const MARGIN = 28
const HEAD = 122
const CHART = 200
/** Of what is to be known before the figures are read. */
const LINE = 17
const REMARK = '500 12px'
const ROW = 96
const ROWS = 8
const SHOWN = 5
const PICTURE = 84
/** The light theme's colours: paper is white. */
const INK = {
  text: '#171a1f',
  quiet: '#4b5563',
  line: '#d5d9de',
  accent: '#4f46c8',
  right: '#0b7a5e',
  wrong: '#b3281a',
}
const FONT = '"Inter Variable", "Segoe UI", sans-serif'

/**
 * @param synthetic the library measured is of drawn cases: it is said, and on every picture of it
 * @returns PNG bytes; undefined when the browser cannot make them (out of memory)
 */
export async function evaluationPng(result: Evaluation, synthetic: boolean): Promise<Uint8Array | undefined> {
  const rows = sortedWall(result.wall ?? [], 'wrong').slice(0, ROWS)
  const findings = Object.entries(result.perClass)
  const canvas = document.createElement('canvas')
  const g = canvas.getContext('2d')
  if (g === null) return undefined
  const remarks = wrapped(g, [
    ...(result.remarks ?? []),
    ...(synthetic ? [`${s.evaluate.syntheticHead}. ${s.evaluate.syntheticText}`] : []),
  ])
  // The figures stand under what is to be known before they are read.
  const head = HEAD + (remarks.length === 0 ? 0 : remarks.length * LINE + 12)
  const height = head + CHART + findings.length * 22 + rows.length * ROW + MARGIN * 2
  canvas.width = WIDTH * SCALE
  canvas.height = height * SCALE
  g.scale(SCALE, SCALE)
  g.fillStyle = '#ffffff'
  g.fillRect(0, 0, WIDTH, height)

  text(g, s.evaluate.pngTitle, MARGIN, 40, 'bold 18px')
  const { gallery, queries, model } = result
  text(g, s.evaluate.pngSets(nameOf(gallery), nameOf(queries)), MARGIN, 62, '12px', INK.quiet)
  text(g, s.evaluate.modelNote(model.id, model.sha256.slice(0, 16)), MARGIN, 80, '12px', INK.quiet)
  remarks.forEach((line, i) => text(g, line, MARGIN, 104 + i * LINE, REMARK, INK.wrong))
  text(g, overall(result), MARGIN, head - 16, 'bold 12px')
  curve(g, result, head)
  findings.forEach(([finding, line], i) =>
    text(g, ofFinding(finding, line), MARGIN, head + CHART + 16 + i * 22, '12px'),
  )
  let top = head + CHART + findings.length * 22 + MARGIN
  for (const row of rows) {
    await wallRow(g, row, top, synthetic)
    top += ROW
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  return blob === null ? undefined : new Uint8Array(await blob.arrayBuffer())
}

/** Sentences as lines that fit the picture's width. */
function wrapped(g: CanvasRenderingContext2D, sentences: readonly string[]): string[] {
  g.font = `${REMARK} ${FONT}`
  return sentences.flatMap((sentence) => {
    const lines: string[] = []
    for (const word of sentence.split(' ')) {
      const longer = `${lines.at(-1) ?? ''} ${word}`.trim()
      if (lines.length > 0 && g.measureText(longer).width <= WIDTH - MARGIN * 2)
        lines[lines.length - 1] = longer
      else lines.push(word)
    }
    return lines
  })
}

const precision = (precisionAt: Record<string, number>, intervals: Evaluation['interval95']): string[] =>
  Object.entries(precisionAt).map(([k, value]) => {
    const [low, high] = intervals[k] ?? [value, value]
    return s.evaluate.pngFigures(k, score(value), score(low), score(high))
  })

const overall = (result: Evaluation): string =>
  [
    ...precision(result.precisionAt, result.interval95),
    s.evaluate.pngWhole(score(result.map), result.vote.k, score(result.vote.accuracy)),
  ].join('   ')

const ofFinding = (finding: string, line: Evaluation['perClass'][string]): string =>
  `${findingsText([finding])} (${line.queries})   ${precision(line.precisionAt, line.interval95).join('   ')}`

/** The file's own name: folders of this computer have no place on a slide. */
const nameOf = ({ path, images }: Evaluation['gallery']): string => `${baseName(path)}, ${images}`

const baseName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)

function text(
  g: CanvasRenderingContext2D,
  words: string,
  x: number,
  y: number,
  font: string,
  colour = INK.text,
): void {
  g.font = `${font} ${FONT}`
  g.fillStyle = colour
  g.fillText(words, x, y, WIDTH - MARGIN - x)
}

function curve(g: CanvasRenderingContext2D, result: Evaluation, top: number): void {
  const points = Object.entries(result.precisionAt).map(([k, value]) => {
    const [low, high] = result.interval95[k] ?? [value, value]
    return { k: Number(k), value, low, high }
  })
  const least = Math.floor(Math.min(...points.map(({ low }) => low)) * 10) / 10
  const most = Math.max(...points.map(({ k }) => k), 2)
  const left = MARGIN + 40
  const bottom = top + CHART - 32
  const x = (k: number): number => left + ((k - 1) / (most - 1)) * (WIDTH - MARGIN - left - 10)
  const y = (value: number): number => bottom - ((value - least) / (1 - least || 1)) * (CHART - 56)
  for (const value of [least, (least + 1) / 2, 1]) {
    g.strokeStyle = INK.line
    g.lineWidth = 1
    g.beginPath()
    g.moveTo(left, y(value))
    g.lineTo(WIDTH - MARGIN, y(value))
    g.stroke()
    text(g, value.toFixed(2), MARGIN, y(value) + 4, '11px', INK.quiet)
  }
  g.beginPath()
  points.forEach(({ k, high }) => g.lineTo(x(k), y(high)))
  ;[...points].reverse().forEach(({ k, low }) => g.lineTo(x(k), y(low)))
  g.closePath()
  g.globalAlpha = 0.2
  g.fillStyle = INK.accent
  g.fill()
  g.globalAlpha = 1
  g.strokeStyle = INK.accent
  g.lineWidth = 2
  g.beginPath()
  points.forEach(({ k, value }) => g.lineTo(x(k), y(value)))
  g.stroke()
  for (const { k, value } of points) {
    g.fillStyle = INK.accent
    g.beginPath()
    g.arc(x(k), y(value), 3.5, 0, 2 * Math.PI)
    g.fill()
    text(g, `${k}`, x(k) - 3, bottom + 18, '11px', INK.quiet)
  }
}

/** One query and its nearest, framed solid with a tick or dashed with a cross. */
async function wallRow(
  g: CanvasRenderingContext2D,
  row: WallRow,
  top: number,
  synthetic: boolean,
): Promise<void> {
  await picture(g, row, MARGIN, top, synthetic)
  frame(g, MARGIN, top, INK.quiet, [])
  text(g, findingsText([row.truth]), MARGIN + PICTURE + 12, top + 26, 'bold 13px')
  text(g, baseName(row.file), MARGIN + PICTURE + 12, top + 46, '11px', INK.quiet)
  for (const [i, hit] of row.hits.slice(0, SHOWN).entries()) {
    const x = MARGIN + 290 + i * (PICTURE + 12)
    const colour = hit.same ? INK.right : INK.wrong
    await picture(g, hit, x, top, synthetic)
    frame(g, x, top, colour, hit.same ? [] : [6, 4])
    g.fillStyle = '#ffffff'
    g.fillRect(x + PICTURE - 20, top + PICTURE - 20, 18, 18)
    text(g, hit.same ? '✓' : '✕', x + PICTURE - 17, top + PICTURE - 6, 'bold 14px', colour)
  }
}

function frame(g: CanvasRenderingContext2D, x: number, y: number, colour: string, dash: number[]): void {
  g.strokeStyle = colour
  g.lineWidth = 2.5
  g.setLineDash(dash)
  g.strokeRect(x, y, PICTURE, PICTURE)
  g.setLineDash([])
}

/** The whole picture on black, never cropped; black alone where it cannot be had. */
async function picture(
  g: CanvasRenderingContext2D,
  { imageId, queryId }: { imageId?: string | undefined; queryId?: string | undefined },
  x: number,
  y: number,
  synthetic: boolean,
): Promise<void> {
  g.fillStyle = '#000000'
  g.fillRect(x, y, PICTURE, PICTURE)
  const ref: ImageRef | undefined =
    imageId !== undefined
      ? { kind: 'image', imageId }
      : queryId !== undefined
        ? { kind: 'query', queryId }
        : undefined
  if (ref === undefined) return
  const answer = await call('images.preview', { ref, maxSide: PICTURE * SCALE })
  if (!answer.ok) return
  const { bytes, mime } = answer.value
  const bitmap = await createImageBitmap(new Blob([Uint8Array.from(bytes)], { type: mime }))
  const scale = PICTURE / Math.max(bitmap.width, bitmap.height)
  const [width, height] = [bitmap.width * scale, bitmap.height * scale]
  g.drawImage(bitmap, x + (PICTURE - width) / 2, y + (PICTURE - height) / 2, width, height)
  bitmap.close()
  // Pictures of files are what their files are; the library says it of its own.
  if (!synthetic || imageId === undefined) return
  g.fillStyle = 'rgb(0 0 0 / 0.82)'
  g.fillRect(x + 2, y + 2, 62, 13)
  text(g, s.shell.syntheticBadge, x + 5, y + 12, 'bold 9px', '#ffffff')
}
