/** Whether a picture without tags has the shape of a frontal chest radiograph. */
import type { DisplayImage } from '../ports/decoding.js'

const SIDE = 32

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

/** Pearson correlation of the grid with its mirror image, the axis moved by up to two cells. */
function mirrorCorrelation(grid: Float64Array): number {
  let best = -1
  for (let shift = -3; shift <= 3; shift++) {
    const pairs = (each: (here: number, there: number) => void): void => {
      for (let row = 4; row < SIDE - 4; row++)
        for (let column = 3; column < SIDE - 3; column++) {
          const other = SIDE - 1 - column + shift
          if (other < 0 || other >= SIDE) continue
          each(grid[row * SIDE + column] as number, grid[row * SIDE + other] as number)
        }
    }
    let [n, sumHere, sumThere] = [0, 0, 0]
    pairs((here, there) => {
      n++
      sumHere += here
      sumThere += there
    })
    let [ab, aa, bb] = [0, 0, 0]
    pairs((here, there) => {
      const da = here - sumHere / n
      const db = there - sumThere / n
      ab += da * db
      aa += da * da
      bb += db * db
    })
    const r = aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : -1
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
