/** Whether a picture without tags has the shape of a frontal chest radiograph. */
import type { DisplayImage } from '../ports/decoding.js'

const SIDE = 32
/** A spread below this part of the sum of squares is rounding. */
const ROUNDING = 1e-12

/** Mean brightness in a SIDE x SIDE grid. */
function thumbnail(display: DisplayImage): Float64Array {
  const out = new Float64Array(SIDE * SIDE)
  const { rows, columns, values } = display
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      const top = Math.floor((row * rows) / SIDE)
      const bottom = Math.max(top + 1, Math.floor(((row + 1) * rows) / SIDE))
      const left = Math.floor((column * columns) / SIDE)
      const right = Math.max(left + 1, Math.floor(((column + 1) * columns) / SIDE))
      const stepY = Math.max(1, (bottom - top) >> 3)
      const stepX = Math.max(1, (right - left) >> 3)
      let sum = 0
      let n = 0
      for (let y = top; y < bottom; y += stepY)
        for (let x = left; x < right; x += stepX) {
          sum += values[y * columns + x] as number
          n++
        }
      out[row * SIDE + column] = sum / n
    }
  return out
}

/** Pearson correlation of the grid with its mirror image, the axis moved by up to three half cells. */
function mirrorCorrelation(grid: Float64Array): number {
  let best = -1
  for (let shift = -3; shift <= 3; shift++) {
    let [n, a, b, ab, aa, bb] = [0, 0, 0, 0, 0, 0]
    const from = Math.max(3, shift)
    const to = Math.min(SIDE - 3, SIDE + shift)
    for (let row = 4; row < SIDE - 4; row++)
      for (let column = from; column < to; column++) {
        const here = grid[row * SIDE + column] as number
        const there = grid[row * SIDE + SIDE - 1 - column + shift] as number
        n++
        a += here
        b += there
        ab += here * there
        aa += here * here
        bb += there * there
      }
    const spreadHere = aa - (a * a) / n
    const spreadThere = bb - (b * b) / n
    const alike = spreadHere <= ROUNDING * aa || spreadThere <= ROUNDING * bb
    const r = alike ? -1 : (ab - (a * b) / n) / Math.sqrt(spreadHere * spreadThere)
    if (r > best) best = r
  }
  return best
}

/**
 * True for an image of a chest's proportions whose two halves mirror each other around a brighter middle:
 * two lungs beside a mediastinum. Says nothing of what else it may be.
 */
export function looksFrontal(display: DisplayImage): boolean {
  const ratio = display.columns / display.rows
  if (ratio < 0.6 || ratio > 1.9) return false
  const grid = thumbnail(display)
  const band = (from: number, to: number): number => {
    let sum = 0
    let n = 0
    for (let row = 8; row < 24; row++)
      for (let column = from; column < to; column++) {
        sum += grid[row * SIDE + column] as number
        n++
      }
    return sum / n
  }
  const middle = band(14, 18)
  const lungs = Math.min(band(6, 12), band(20, 26))
  return middle > lungs && mirrorCorrelation(grid) > 0.6
}
