/** Lead letters and the word SYNTHETIC, drawn as strokes at any size and as dots in tiny pictures. */
import { CRISP, clamp, field, stroke, type Field, type Point } from './raster.js'

/** Strokes of each letter in a box 4 wide and 6 high, y down. */
const LETTERS: Record<string, readonly (readonly Point[])[]> = {
  S: [
    [
      [4, 0.8],
      [3, 0],
      [1, 0],
      [0, 0.9],
      [0, 2],
      [1, 2.8],
      [3, 3.2],
      [4, 4],
      [4, 5.1],
      [3, 6],
      [1, 6],
      [0, 5.2],
    ],
  ],
  Y: [
    [
      [0, 0],
      [2, 3],
      [4, 0],
    ],
    [
      [2, 3],
      [2, 6],
    ],
  ],
  N: [
    [
      [0, 6],
      [0, 0],
      [4, 6],
      [4, 0],
    ],
  ],
  T: [
    [
      [0, 0],
      [4, 0],
    ],
    [
      [2, 0],
      [2, 6],
    ],
  ],
  H: [
    [
      [0, 0],
      [0, 6],
    ],
    [
      [4, 0],
      [4, 6],
    ],
    [
      [0, 3],
      [4, 3],
    ],
  ],
  E: [
    [
      [4, 0],
      [0, 0],
      [0, 6],
      [4, 6],
    ],
    [
      [0, 3],
      [3.2, 3],
    ],
  ],
  I: [
    [
      [2, 0],
      [2, 6],
    ],
    [
      [0.9, 0],
      [3.1, 0],
    ],
    [
      [0.9, 6],
      [3.1, 6],
    ],
  ],
  C: [
    [
      [4, 1],
      [3, 0],
      [1, 0],
      [0, 1],
      [0, 5],
      [1, 6],
      [3, 6],
      [4, 5],
    ],
  ],
  R: [
    [
      [0, 6],
      [0, 0],
      [3, 0],
      [4, 0.8],
      [4, 2.2],
      [3, 3],
      [0, 3],
    ],
    [
      [2, 3],
      [4, 6],
    ],
  ],
  L: [
    [
      [0, 0],
      [0, 6],
      [4, 6],
    ],
  ],
  A: [
    [
      [0, 6],
      [2, 0],
      [4, 6],
    ],
    [
      [0.8, 4],
      [3.2, 4],
    ],
  ],
  P: [
    [
      [0, 6],
      [0, 0],
      [3, 0],
      [4, 0.8],
      [4, 2.4],
      [3, 3.2],
      [0, 3.2],
    ],
  ],
}
const DOTS: Record<string, readonly string[]> = {
  S: ['###', '#..', '###', '..#', '###'],
  Y: ['#.#', '#.#', '.#.', '.#.', '.#.'],
  N: ['##.', '#.#', '#.#', '#.#', '#.#'],
  T: ['###', '.#.', '.#.', '.#.', '.#.'],
  H: ['#.#', '#.#', '###', '#.#', '#.#'],
  E: ['###', '#..', '##.', '#..', '###'],
  I: ['###', '.#.', '.#.', '.#.', '###'],
  C: ['###', '#..', '#..', '#..', '###'],
}

/** Writes `text` with its middle at x and its foot at y; `height` of the capitals in pixels. */
export function write(
  target: Field,
  text: string,
  x: number,
  y: number,
  height: number,
  brightness: number,
): void {
  const unit = height / 6
  const advance = 5.6 * unit
  const left = x - (advance * text.length - 1.6 * unit) / 2
  const ink = field(target.rows, target.columns)
  const halo = field(target.rows, target.columns)
  const thick = Math.max(0.62, unit * 0.46)
  for (const [i, letter] of [...text].entries()) {
    for (const line of LETTERS[letter] ?? []) {
      const points = line.map(([px, py]): Point => [left + i * advance + px * unit, y - height + py * unit])
      stroke(ink, points, [thick, thick], CRISP, 1)
      stroke(halo, points, [thick * 2.6, thick * 2.6], CRISP, 0.85)
    }
  }
  for (let i = 0; i < target.values.length; i++) {
    const h = halo.values[i] as number
    const k = ink.values[i] as number
    if (h === 0 && k === 0) continue
    const dark = (target.values[i] as number) * (1 - h) + 0.03 * h
    target.values[i] = clamp(dark * (1 - k) + brightness * k)
  }
}

/** Burns SYNTHETIC into the lower edge; below 72 pixels as two lines of dots, the least that can be read. */
export function burnSynthetic(target: Field): void {
  const { rows, columns } = target
  const side = Math.min(rows, columns)
  if (side >= 72) {
    const height = Math.max(6, Math.round(side * 0.036))
    write(target, 'SYNTHETIC', columns / 2, rows - Math.max(3, side * 0.022), height, 0.93)
    return
  }
  // The narrowest hold it in two words only: above and below the lungs.
  const lines =
    columns >= 40
      ? [['SYNTHETIC', rows - 7] as const]
      : ([
          ['SYNTH', 1],
          ['ETIC', rows - 6],
        ] as const)
  for (const [line, top] of lines) {
    const left = Math.round((columns - line.length * 4 + 1) / 2)
    for (let y = -1; y < 6; y++) {
      for (let x = -1; x < line.length * 4; x++) {
        const at = (top + y) * columns + left + x
        if (left + x >= 0 && left + x < columns && top + y < rows) target.values[at] = 0.04
      }
    }
    for (const [i, letter] of [...line].entries()) {
      DOTS[letter]?.forEach((dots, y) => {
        for (const [x, dot] of [...dots].entries()) {
          if (dot === '#') target.values[(top + y) * columns + left + i * 4 + x] = 0.92
        }
      })
    }
  }
}
