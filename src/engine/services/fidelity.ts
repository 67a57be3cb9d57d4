/**
 * Whether the shares point at what the encoder really used: parts of the query are blanked in the order of their
 * shares and the score is measured again (deletion and insertion; Petsiuk, Das, Saenko: RISE, BMVC 2018).
 */
import type { DisplayImage, ImageEncoder } from '../ports.js'
import { cosine } from './contributions.js'

/** Points of each curve between the whole image and the blank one. */
const STEPS = 8
const RANDOM_ORDERS = 3
/** The encoder works on far fewer pixels than a radiograph has: the copies are made at this size. */
const SIDE = 256

/**
 * Areas under three curves, each the mean score over the steps, in cosine units:
 * - `deletion`: the patches with the highest shares blanked first. Faithful shares make it lower than `random`.
 * - `insertion`: a blank image that gets them back first. Faithful shares make it higher than `random`.
 * - `random`: patches blanked in random order, mean of three seeded orders; by symmetry it serves both.
 *
 * Blanking replaces a patch's cell in the encoder's input by the image's mean grey.
 * @param shares of `grid` cells, row by row
 * @param other unit embedding of the case
 */
export async function fidelityOf(
  encoder: ImageEncoder,
  display: DisplayImage,
  grid: readonly [number, number],
  shares: readonly number[],
  other: Float32Array,
  signal: AbortSignal,
): Promise<{ deletion: number; insertion: number; random: number }> {
  const small = reduced(display, SIDE)
  const best = shares.map((_, cell) => cell).sort((a, b) => (shares[b] as number) - (shares[a] as number))
  const curve = async (order: readonly number[]): Promise<number> => {
    const copies = Array.from({ length: STEPS }, (_, step) =>
      blanked(small, grid, order.slice(0, Math.round(((step + 0.5) / STEPS) * order.length))),
    )
    const encoded = await encoder.encode(copies)
    signal.throwIfAborted()
    return encoded.reduce((sum, { embedding }) => sum + cosine(embedding, other), 0) / STEPS
  }
  const deletion = await curve(best)
  // What is kept of the best first is what is blanked of the worst first.
  const insertion = await curve([...best].reverse())
  let random = 0
  for (let seed = 1; seed <= RANDOM_ORDERS; seed++)
    random += (await curve(shuffled(best.length, seed))) / RANDOM_ORDERS
  return { deletion, insertion, random }
}

/** Mean of blocks, so that the longer side has at most `side` pixels. */
export function reduced(image: DisplayImage, side: number): DisplayImage {
  const factor = Math.ceil(Math.max(image.rows, image.columns) / side)
  if (factor <= 1) return image
  const rows = Math.max(1, Math.floor(image.rows / factor))
  const columns = Math.max(1, Math.floor(image.columns / factor))
  const values = new Uint16Array(rows * columns)
  const stepY = image.rows / rows
  const stepX = image.columns / columns
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const [y0, y1] = [Math.floor(y * stepY), Math.floor((y + 1) * stepY)]
      const [x0, x1] = [Math.floor(x * stepX), Math.floor((x + 1) * stepX)]
      let sum = 0
      for (let v = y0; v < y1; v++)
        for (let u = x0; u < x1; u++) sum += image.values[v * image.columns + u] as number
      values[y * columns + x] = Math.round(sum / ((y1 - y0) * (x1 - x0)))
    }
  return { rows, columns, values }
}

function blanked(
  image: DisplayImage,
  grid: readonly [number, number],
  cells: readonly number[],
): DisplayImage {
  const values = image.values.slice()
  const grey = Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)
  for (const cell of cells) {
    const row = Math.floor(cell / grid[1])
    const column = cell % grid[1]
    const [y0, y1] = [
      Math.round((row * image.rows) / grid[0]),
      Math.round(((row + 1) * image.rows) / grid[0]),
    ]
    const [x0, x1] = [
      Math.round((column * image.columns) / grid[1]),
      Math.round(((column + 1) * image.columns) / grid[1]),
    ]
    for (let y = y0; y < y1; y++) values.fill(grey, y * image.columns + x0, y * image.columns + x1)
  }
  return { ...image, values }
}

/** A permutation of 0..n-1, the same for the same seed. */
function shuffled(n: number, seed: number): number[] {
  const order = Array.from({ length: n }, (_, i) => i)
  const next = seeded(seed)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[order[i], order[j]] = [order[j] as number, order[i] as number]
  }
  return order
}

/** Uniform numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
