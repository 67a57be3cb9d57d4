/**
 * What an image looks like from afar, without any model: the brightness ranks of a coarse picture of it. Exposure and
 * window do not move ranks, and nothing here was taught, so images a model remembers may be compared with new ones.
 *
 * Collections frame the same film in two ways: squashed to a square, or cut to its middle square (as MedMNIST does). An
 * image that is not square is therefore looked at both ways.
 */
import type { DisplayImage } from '../../ports/decoding.js'

/** Cells a side of the coarse picture. */
export const APPEARANCE_SIDE = 16
const CELLS = APPEARANCE_SIDE * APPEARANCE_SIDE

/** Sides that differ by less are those of a square. */
const SQUARE = 1.05

/** Of each framing, ranks of the cells around their mean, at length 1; zeros for one grey. */
export type Appearance = readonly Float32Array[]

/** The whole image and, unless it is square, its middle square. */
export function appearanceOf(image: DisplayImage): Appearance {
  const whole = unitRanks(coarse(image))
  const { rows, columns } = image
  const side = Math.min(rows, columns)
  if (Math.max(rows, columns) < SQUARE * side) return [whole]
  return [whole, unitRanks(coarse(image, (rows - side) >> 1, (columns - side) >> 1, side, side))]
}

/** White for black. */
export function invertedAppearance(appearance: Appearance): Appearance {
  return appearance.map(invertedFraming)
}

/** The ranks turn round. */
export function invertedFraming(framing: Float32Array): Float32Array {
  return framing.map((value) => -value)
}

/** The same picture turned clockwise by a quarter, `times` times. */
export function turnedFraming(framing: Float32Array, times: number): Float32Array {
  let now = framing
  for (let i = 0; i < times; i++) {
    const from = now
    now = Float32Array.from({ length: CELLS }, (_, at) => {
      const row = Math.floor(at / APPEARANCE_SIDE)
      const column = at % APPEARANCE_SIDE
      return from[(APPEARANCE_SIDE - 1 - column) * APPEARANCE_SIDE + row] as number
    })
  }
  return now
}

/** Mean grey of each cell of a grid over a part of an image, squashed to a square; over all of it unless told. */
function coarse(
  { rows, columns, values }: DisplayImage,
  top = 0,
  left = 0,
  height = rows,
  width = columns,
): Float32Array {
  const cells = new Float32Array(CELLS)
  // A cell of a large radiograph is read at no more than 16 x 16 places: more change no rank.
  const places = (start: number, size: number, cell: number): number[] => {
    const from = start + Math.floor((cell * size) / APPEARANCE_SIDE)
    const to = Math.max(from + 1, start + Math.floor(((cell + 1) * size) / APPEARANCE_SIDE))
    const step = Math.max(1, Math.floor((to - from) / 16))
    return Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step)
  }
  for (let row = 0; row < APPEARANCE_SIDE; row++) {
    const ys = places(top, height, row)
    for (let column = 0; column < APPEARANCE_SIDE; column++) {
      const xs = places(left, width, column)
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
