/** Lengths and angles on an image. Millimetres only where the file gives them. */
import type { ViewerFrame } from '@shared/domain/viewer.js'
import { s } from '../strings/strings.js'
import type { Measure } from './viewerStore.js'

type Point = readonly [number, number]

/**
 * Length between two points in millimetres, or in pixels of the file where the spacing is unknown; where these are not square,
 * in their widths.
 */
export function lengthOf(
  a: Point,
  b: Point,
  { spacing, aspect, reduction = 1 }: Pick<ViewerFrame, 'spacing' | 'aspect' | 'reduction'>,
): number {
  const { row, column } = spacing ?? { row: aspect * reduction, column: reduction }
  return Math.hypot((b[0] - a[0]) * column, (b[1] - a[1]) * row)
}

/** Angle at `corner`, degrees 0..180, in the plane of the detector. */
export function angleOf(a: Point, corner: Point, b: Point, aspect: number): number {
  const one = Math.atan2((a[1] - corner[1]) * aspect, a[0] - corner[0])
  const two = Math.atan2((b[1] - corner[1]) * aspect, b[0] - corner[0])
  const turn = Math.abs(one - two) * (180 / Math.PI)
  return turn > 180 ? 360 - turn : turn
}

/** The words beside a mark; none while its last leg has no length. */
export function measureText(mark: Measure, frame: ViewerFrame): string {
  const [a, b, c] = mark.points
  if (!a || !b) return ''
  const [from, to] = c ? [b, c] : [a, b]
  if (from[0] === to[0] && from[1] === to[1]) return ''
  if (mark.kind === 'angle') return c ? `${angleOf(a, b, c, frame.aspect).toFixed(1)}°` : ''
  const unit = frame.spacing ? s.compare.lengthUnit(frame.spacing.kind) : s.compare.pixelsUnit
  return `${lengthOf(a, b, frame).toFixed(1)} ${unit}`
}
