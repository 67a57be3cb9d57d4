/** Copies of a picture with some of its parts exchanged for those of another. */
import type { DisplayImage } from '../../ports/decoding.js'

/** Mean of blocks, so that the longer side has at most `side` pixels. */
export function reduced(image: DisplayImage, side: number): DisplayImage {
  const factor = Math.ceil(Math.max(image.rows, image.columns) / side)
  if (factor <= 1) return image
  return stretched(image, {
    rows: Math.max(1, Math.floor(image.rows / factor)),
    columns: Math.max(1, Math.floor(image.columns / factor)),
  })
}

/** The image at `size`, each pixel the mean of those it covers; sides may change in proportion, as the encoder sees them. */
export function stretched(
  image: DisplayImage,
  { rows, columns }: { rows: number; columns: number },
): DisplayImage {
  const values = new Uint16Array(rows * columns)
  const down = spans(image.rows, rows)
  const across = spans(image.columns, columns)
  for (const [y, [y0, y1]] of down.entries())
    for (const [x, [x0, x1]] of across.entries()) {
      let sum = 0
      for (let v = y0; v < y1; v++)
        for (let u = x0; u < x1; u++) sum += image.values[v * image.columns + u] as number
      values[y * columns + x] = Math.round(sum / ((y1 - y0) * (x1 - x0)))
    }
  return { rows, columns, values }
}

/** Which of `from` pixels each of `to` covers: [first, end), at least one. */
function spans(from: number, to: number): [number, number][] {
  return Array.from({ length: to }, (_, i) => {
    const first = Math.floor((i * from) / to)
    return [first, Math.max(first + 1, Math.floor(((i + 1) * from) / to))]
  })
}

/** The image's mean grey everywhere. */
export function flat({ rows, columns, values }: DisplayImage): DisplayImage {
  const grey = Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)
  return { rows, columns, values: new Uint16Array(values.length).fill(grey) }
}

/** `image` with the given cells of the grid (row by row) taken from `standIn`, which has its size. */
export function exchanged(
  image: DisplayImage,
  standIn: DisplayImage,
  [gridRows, gridColumns]: readonly [number, number],
  cells: readonly number[],
): DisplayImage {
  const values = image.values.slice()
  const edge = (cell: number, of: number, pixels: number) => Math.round((cell * pixels) / of)
  for (const cell of cells) {
    const row = Math.floor(cell / gridColumns)
    const column = cell % gridColumns
    const [x0, x1] = [edge(column, gridColumns, image.columns), edge(column + 1, gridColumns, image.columns)]
    for (let y = edge(row, gridRows, image.rows); y < edge(row + 1, gridRows, image.rows); y++) {
      const line = y * image.columns
      values.set(standIn.values.subarray(line + x0, line + x1), line + x0)
    }
  }
  return { ...image, values }
}
