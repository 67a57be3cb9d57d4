/** Halved copies of a grey image, so that a large radiograph shown small is averaged and not skipped over. */
export type Level = { rows: number; columns: number; values: Uint16Array }

/** Mean of each 2x2 block; an odd last row or column stands for itself. */
export function halved({ rows, columns, values }: Level): Level {
  const h = Math.ceil(rows / 2)
  const w = Math.ceil(columns / 2)
  const out = new Uint16Array(h * w)
  for (let y = 0; y < h; y++) {
    const top = 2 * y * columns
    const low = Math.min(2 * y + 1, rows - 1) * columns
    for (let x = 0; x < w; x++) {
      const left = 2 * x
      const right = Math.min(left + 1, columns - 1)
      const sum =
        (values[top + left] ?? 0) +
        (values[top + right] ?? 0) +
        (values[low + left] ?? 0) +
        (values[low + right] ?? 0)
      out[y * w + x] = (sum + 2) >> 2
    }
  }
  return { rows: h, columns: w, values: out }
}

/** The image and its halves down to `least` pixels on the longer side. */
export function pyramid(base: Level, least = 384): Level[] {
  const levels = [base]
  for (let level = base; Math.max(level.rows, level.columns) > least * 2;) {
    level = halved(level)
    levels.push(level)
  }
  return levels
}
