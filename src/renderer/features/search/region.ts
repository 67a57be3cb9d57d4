/** Arithmetic of a box on an image, in fractions of the frame. */
import type { Region } from '@shared/domain/images.js'

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

/** Smallest side searched for: below it a region is a slip of the hand. */
export const LEAST_SIDE = 0.04

/** The picture's place inside a box that shows it whole: fractions of the box's pixels. */
export function fitted(boxWidth: number, boxHeight: number, columns: number, rows: number) {
  const scale = Math.min(boxWidth / columns, boxHeight / rows)
  const width = columns * scale
  const height = rows * scale
  return { left: (boxWidth - width) / 2, top: (boxHeight - height) / 2, width, height }
}

export function regionBetween(a: { x: number; y: number }, b: { x: number; y: number }): Region {
  const x = clamp(Math.min(a.x, b.x), 0, 1)
  const y = clamp(Math.min(a.y, b.y), 0, 1)
  return { x, y, width: clamp(Math.max(a.x, b.x), 0, 1) - x, height: clamp(Math.max(a.y, b.y), 0, 1) - y }
}

export const largeEnough = (region: Region): boolean =>
  region.width >= LEAST_SIDE && region.height >= LEAST_SIDE

/** Moves (or with `grow` resizes) by steps of the arrow keys; stays inside the frame. */
export function nudged(region: Region, dx: number, dy: number, grow: boolean): Region {
  if (grow) {
    return {
      ...region,
      width: clamp(region.width + dx, LEAST_SIDE, 1 - region.x),
      height: clamp(region.height + dy, LEAST_SIDE, 1 - region.y),
    }
  }
  return {
    ...region,
    x: clamp(region.x + dx, 0, 1 - region.width),
    y: clamp(region.y + dy, 0, 1 - region.height),
  }
}
