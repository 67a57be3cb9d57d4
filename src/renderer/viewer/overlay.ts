/** What lies over the image: places that made the score, the linked place, measurements. */
import { heatOf, topPlaces } from '@shared/heatMap.js'
import { apply, type Affine } from './geometry.js'
import { heatColour } from './heat.js'
import { placeLabel } from './labelPlace.js'
import type { Measure } from './viewerStore.js'

/** Told apart by the hatching of the second too; neither is a finding's colour, nor a grey of the image. */
const FOR = '#a78bfa'
const AGAINST = '#2dd4bf'
const HATCHES = 4

export type HeatLayer = {
  grid: readonly [number, number]
  values: readonly number[]
  opacity: number
  top: number
  /** Values of both signs: violet where they speak for, teal and hatched where against. */
  signed?: boolean
  marked?: { place: number; text: string } | undefined
}

function cell(place: number, [rows, columns]: readonly [number, number], width: number, height: number) {
  const row = Math.floor(place / columns)
  const column = place % columns
  return { x: (column / columns) * width, y: (row / rows) * height, w: width / columns, h: height / rows }
}

export function drawHeat(
  ctx: CanvasRenderingContext2D,
  placed: Affine,
  columns: number,
  rows: number,
  heat: HeatLayer,
): void {
  if (heat.signed === true) {
    drawSigned(ctx, placed, columns, rows, heat)
    return
  }
  ctx.save()
  ctx.setTransform(...placed)
  for (const { place, t, alpha } of heatOf(heat.values, heat.opacity, heat.top)) {
    const box = cell(place, heat.grid, columns, rows)
    ctx.globalAlpha = alpha
    ctx.fillStyle = heatColour(t)
    ctx.fillRect(box.x, box.y, box.w, box.h)
  }
  ctx.restore()
  drawMarked(ctx, placed, columns, rows, heat)
}

/** Places with the largest values of either sign. Neutral to the findings: neither side has a finding's colour. */
function drawSigned(
  ctx: CanvasRenderingContext2D,
  placed: Affine,
  columns: number,
  rows: number,
  heat: HeatLayer,
): void {
  const sizes = heat.values.map(Math.abs)
  const most = Math.max(...sizes, 1e-9)
  ctx.save()
  ctx.setTransform(...placed)
  for (const place of topPlaces(sizes, heat.top)) {
    const box = cell(place, heat.grid, columns, rows)
    ctx.globalAlpha = heat.opacity * (0.25 + (0.5 * (sizes[place] ?? 0)) / most)
    const speaksFor = (heat.values[place] ?? 0) > 0
    ctx.fillStyle = speaksFor ? FOR : AGAINST
    ctx.fillRect(box.x, box.y, box.w, box.h)
    if (!speaksFor) hatch(ctx, box)
  }
  ctx.restore()
  drawMarked(ctx, placed, columns, rows, heat)
}

/** Diagonal lines within a box, from its lower left to its upper right. */
function hatch(ctx: CanvasRenderingContext2D, { x, y, w, h }: ReturnType<typeof cell>): void {
  ctx.save()
  ctx.beginPath()
  ctx.rect(x, y, w, h)
  ctx.clip()
  ctx.beginPath()
  for (let i = 1; i < 2 * HATCHES; i++) {
    const along = i / HATCHES
    ctx.moveTo(x + along * w, y)
    ctx.lineTo(x, y + along * h)
  }
  ctx.globalAlpha = 0.9
  ctx.lineWidth = w / HATCHES / 8
  ctx.strokeStyle = AGAINST
  ctx.stroke()
  ctx.restore()
}

function drawMarked(
  ctx: CanvasRenderingContext2D,
  placed: Affine,
  columns: number,
  rows: number,
  heat: HeatLayer,
): void {
  if (!heat.marked) return
  const box = cell(heat.marked.place, heat.grid, columns, rows)
  const corners = [
    apply(placed, box.x, box.y),
    apply(placed, box.x + box.w, box.y),
    apply(placed, box.x + box.w, box.y + box.h),
    apply(placed, box.x, box.y + box.h),
  ] as const
  for (const [width, colour] of [
    [5, '#000'],
    [2, '#fff'],
  ] as const) {
    ctx.beginPath()
    corners.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)))
    ctx.closePath()
    ctx.lineWidth = width * window.devicePixelRatio
    ctx.strokeStyle = colour
    ctx.stroke()
  }
  const right = Math.max(...corners.map(([x]) => x))
  const middle = (corners[0][1] + corners[2][1]) / 2
  label(ctx, heat.marked.text, right, middle, 8 * window.devicePixelRatio)
}

/** Words at a point, inside the pane whatever the point: what qualifies a figure must be read with it. */
function label(
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  gap = 0,
  from?: readonly [number, number],
): void {
  const size = 13 * window.devicePixelRatio
  ctx.font = `500 ${size}px "Inter Variable", sans-serif`
  const box = placeLabel(text, [x, y], ctx.canvas, size, gap, (words) => ctx.measureText(words).width, from)
  ctx.fillStyle = 'rgb(0 0 0 / .82)'
  ctx.fillRect(box.left, box.top, box.width, box.height)
  ctx.fillStyle = '#fff'
  ctx.textBaseline = 'middle'
  box.lines.forEach((line, i) => ctx.fillText(line, box.left + size * 0.4, box.top + size * (0.8 + i * 1.3)))
}

export function drawMark(ctx: CanvasRenderingContext2D, placed: Affine, mark: Measure, text: string): void {
  const points = mark.points.map(([x, y]) => apply(placed, x, y))
  for (const [width, colour] of [
    [4, '#000'],
    [1.5, '#ffea6e'],
  ] as const) {
    ctx.beginPath()
    points.forEach(([x, y], i) => (i === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)))
    ctx.lineWidth = width * window.devicePixelRatio
    ctx.strokeStyle = colour
    ctx.stroke()
  }
  const last = points[points.length - 1]
  if (last && text !== '')
    label(ctx, text, last[0], last[1], 10 * window.devicePixelRatio, points[points.length - 2])
}
