/** Lays a grey image on a canvas: indices of the grey table, mixed between the four neighbours of each canvas pixel. */
import { inverse, type Affine } from './geometry.js'
import type { Scale } from './greyTable.js'
import type { Level } from './pyramid.js'

export type Box = { left: number; top: number; right: number; bottom: number }
type Size = { rows: number; columns: number }

/**
 * @param level the image, or a halved copy of it
 * @param full size of the image itself, to which `placed` refers
 * @param placed image pixels to canvas pixels
 * @param width of the canvas, device pixels
 * @param box part of the canvas to fill, whole pixels
 * @param out one index a canvas pixel, row by row; 0 outside the image
 */
export function resample(
  level: Level,
  full: Size,
  placed: Affine,
  width: number,
  box: Box,
  { least, steps }: Scale,
  out: Uint16Array,
): void {
  const { rows, columns, values } = level
  const back = inverse(placed)
  const perX = columns / full.columns
  const perY = rows / full.rows
  const [du, dv] = [back[0] * perX, back[1] * perY]
  for (let y = box.top; y < box.bottom; y++) {
    let u = (back[0] * (box.left + 0.5) + back[2] * (y + 0.5) + back[4]) * perX
    let v = (back[1] * (box.left + 0.5) + back[3] * (y + 0.5) + back[5]) * perY
    for (let at = y * width + box.left, end = y * width + box.right; at < end; at++, u += du, v += dv) {
      if (u < 0 || v < 0 || u >= columns || v >= rows) {
        out[at] = 0
        continue
      }
      const px = u < 0.5 ? 0 : u - 0.5
      const py = v < 0.5 ? 0 : v - 0.5
      const x = px | 0
      const line = py | 0
      const low = line * columns
      const right = x + 1 < columns ? x + 1 : x
      const next = line + 1 < rows ? low + columns : low
      const fx = px - x
      const fy = py - line
      const a = values[low + x] as number
      const c = values[next + x] as number
      const top = a + ((values[low + right] as number) - a) * fx
      const bottom = c + ((values[next + right] as number) - c) * fx
      out[at] = (top + (bottom - top) * fy - least) * steps + 1.5
    }
  }
}
