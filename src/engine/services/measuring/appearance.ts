/**
 * What an image looks like from afar, without any model: the brightness ranks of a coarse picture of it. Exposure and
 * window do not move ranks, and nothing here was taught, so images a model remembers may be compared with new ones.
 */
import type { DisplayImage } from '../../ports/decoding.js'

/** Cells a side of the coarse picture. */
export const APPEARANCE_SIDE = 16
const CELLS = APPEARANCE_SIDE * APPEARANCE_SIDE

/** Ranks of the cells around their mean, at length 1; zeros for an image of one grey. */
export function appearanceOf(image: DisplayImage): Float32Array {
  return unitRanks(coarse(image))
}

/** White for black: the ranks turn round. */
export function invertedAppearance(appearance: Float32Array): Float32Array {
  return appearance.map((value) => -value)
}

/** The same picture turned clockwise by a quarter, `times` times. */
export function turnedAppearance(appearance: Float32Array, times: number): Float32Array {
  let turned = appearance
  for (let i = 0; i < times; i++) {
    const from = turned
    turned = Float32Array.from({ length: CELLS }, (_, at) => {
      const row = Math.floor(at / APPEARANCE_SIDE)
      const column = at % APPEARANCE_SIDE
      return from[(APPEARANCE_SIDE - 1 - column) * APPEARANCE_SIDE + row] as number
    })
  }
  return turned
}

/** Mean grey of each cell of a grid over the whole image, squashed to a square. */
function coarse({ rows, columns, values }: DisplayImage): Float32Array {
  const cells = new Float32Array(CELLS)
  // A cell of a large radiograph is read at no more than 16 x 16 places: more change no rank.
  const places = (size: number, cell: number): number[] => {
    const from = Math.floor((cell * size) / APPEARANCE_SIDE)
    const to = Math.max(from + 1, Math.floor(((cell + 1) * size) / APPEARANCE_SIDE))
    const step = Math.max(1, Math.floor((to - from) / 16))
    return Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step)
  }
  for (let row = 0; row < APPEARANCE_SIDE; row++) {
    const ys = places(rows, row)
    for (let column = 0; column < APPEARANCE_SIDE; column++) {
      const xs = places(columns, column)
      let sum = 0
      for (const y of ys) for (const x of xs) sum += values[y * columns + x] as number
      cells[row * APPEARANCE_SIDE + column] = sum / (ys.length * xs.length)
    }
  }
  return cells
}

/** Equal values share their mean rank. */
function unitRanks(cells: Float32Array): Float32Array {
  const order = [...cells.keys()].sort((a, b) => (cells[a] as number) - (cells[b] as number))
  const ranks = new Float32Array(cells.length)
  for (let from = 0; from < order.length;) {
    const value = cells[order[from] as number]
    let to = from
    while (to < order.length && cells[order[to] as number] === value) to++
    const rank = (from + to - 1) / 2 - (order.length - 1) / 2
    for (let i = from; i < to; i++) ranks[order[i] as number] = rank
    from = to
  }
  const length = Math.hypot(...ranks)
  return length === 0 ? ranks : ranks.map((rank) => rank / length)
}
