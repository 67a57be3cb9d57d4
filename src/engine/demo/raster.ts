/** Fields of optical depth and the few drawing operations the phantoms need. All sizes in pixels. */
import type { Random } from './random.js'

export type Field = { rows: number; columns: number; values: Float32Array }
export type Point = readonly [x: number, y: number]

export const field = (rows: number, columns: number): Field => ({
  rows,
  columns,
  values: new Float32Array(rows * columns),
})

/** 0 below -width, 1 above width, smooth between. */
export function step(value: number, width: number): number {
  const t = value / (2 * width) + 0.5
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t)
}
export const clamp = (value: number, low = 0, high = 1) => (value < low ? low : value > high ? high : value)

/** Brightness across a stroke: `d` is the distance from its middle over its radius. */
export type Profile = { reach: number; at(d: number): number }
/** A tube of bone: cortex brighter than marrow, a soft edge. */
export const BONE: Profile = {
  reach: 1.3,
  at: (d) => (d < 0.92 ? 0.66 + 0.34 * d * d * d * d : 1 - step(d - 1.06, 0.24)),
}
/** A round soft body: vessels, folds, soft tissue. */
export const SOFT: Profile = {
  reach: 1.5,
  at: (d) => {
    const t = 1 - (d * d) / 2.25
    return t <= 0 ? 0 : t * t
  },
}
export const CRISP: Profile = { reach: 1.4, at: (d) => 1 - step(d - 1, 0.35) }

/**
 * Strokes a polyline with the largest value winning, so that a stroke does not brighten at its joints.
 * @param radius of the start and the end, pixels; strokes thinner than a pixel fade instead of vanishing.
 */
export function stroke(
  target: Field,
  points: readonly Point[],
  radius: readonly [number, number],
  profile: Profile,
  strength: number,
): void {
  const { rows, columns, values } = target
  const last = points.length - 1
  for (let i = 0; i < last; i++) {
    const a = points[i]
    const b = points[i + 1]
    if (!a || !b) continue
    const wanted = radius[0] + ((radius[1] - radius[0]) * (i + 0.5)) / last
    const r = Math.max(wanted, 0.55)
    const power = strength * Math.min(1, wanted / 0.55)
    const reach = r * profile.reach
    const x0 = Math.max(0, Math.floor(Math.min(a[0], b[0]) - reach))
    const x1 = Math.min(columns - 1, Math.ceil(Math.max(a[0], b[0]) + reach))
    const y0 = Math.max(0, Math.floor(Math.min(a[1], b[1]) - reach))
    const y1 = Math.min(rows - 1, Math.ceil(Math.max(a[1], b[1]) + reach))
    const dx = b[0] - a[0]
    const dy = b[1] - a[1]
    const length2 = dx * dx + dy * dy || 1e-9
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const t = clamp(((x - a[0]) * dx + (y - a[1]) * dy) / length2)
        const ex = x - a[0] - t * dx
        const ey = y - a[1] - t * dy
        const d2 = ex * ex + ey * ey
        if (d2 > reach * reach) continue
        const v = power * profile.at(Math.sqrt(d2) / r)
        const at = y * columns + x
        if (v > (values[at] as number)) values[at] = v
      }
    }
  }
}

/** Smooth noise, about standard normal, with features `cell` pixels wide. */
export function noise(rows: number, columns: number, cell: number, rng: Random): Field {
  const gr = Math.ceil(rows / cell) + 3
  const gc = Math.ceil(columns / cell) + 3
  const grid = new Float32Array(gr * gc)
  for (let i = 0; i < grid.length; i++) grid[i] = (rng.next() + rng.next() + rng.next() - 1.5) * 2.9
  const out = field(rows, columns)
  const ox = rng.next()
  const oy = rng.next()
  const xi = new Int32Array(columns)
  const xf = new Float32Array(columns)
  for (let x = 0; x < columns; x++) {
    const g = x / cell + ox
    xi[x] = Math.floor(g)
    const t = g - Math.floor(g)
    xf[x] = t * t * (3 - 2 * t)
  }
  for (let y = 0; y < rows; y++) {
    const g = y / cell + oy
    const y0 = Math.floor(g)
    const t = g - y0
    const f = t * t * (3 - 2 * t)
    for (let x = 0; x < columns; x++) {
      const at = y0 * gc + (xi[x] as number)
      const w = xf[x] as number
      const top = (grid[at] as number) * (1 - w) + (grid[at + 1] as number) * w
      const bottom = (grid[at + gc] as number) * (1 - w) + (grid[at + gc + 1] as number) * w
      out.values[y * columns + x] = top * (1 - f) + bottom * f
    }
  }
  return out
}

/** Three-tap blur in both directions, `passes` times: about a Gaussian of sigma 0.7 * sqrt(passes). */
export function blur(source: Field, passes: number): void {
  const { rows, columns, values } = source
  const line = new Float32Array(Math.max(rows, columns))
  const run = (start: number, stride: number, count: number) => {
    for (let i = 0; i < count; i++) line[i] = values[start + i * stride] as number
    for (let i = 0; i < count; i++) {
      const before = line[i > 0 ? i - 1 : 0] as number
      const after = line[i < count - 1 ? i + 1 : count - 1] as number
      values[start + i * stride] = 0.25 * before + 0.5 * (line[i] as number) + 0.25 * after
    }
  }
  for (let p = 0; p < passes; p++) {
    for (let y = 0; y < rows; y++) run(y * columns, 1, columns)
    for (let x = 0; x < columns; x++) run(x, columns, rows)
  }
}

/** Resizes by area when shrinking and by Catmull-Rom when growing. */
export function resize(source: Field, rows: number, columns: number): Field {
  if (rows === source.rows && columns === source.columns) return source
  const wide = field(source.rows, columns)
  for (let y = 0; y < source.rows; y++) {
    resample(source.values, y * source.columns, 1, source.columns, wide.values, y * columns, 1, columns)
  }
  const out = field(rows, columns)
  for (let x = 0; x < columns; x++) {
    resample(wide.values, x, columns, source.rows, out.values, x, columns, rows)
  }
  return out
}

function resample(
  from: Float32Array,
  fromStart: number,
  fromStride: number,
  fromCount: number,
  to: Float32Array,
  toStart: number,
  toStride: number,
  toCount: number,
): void {
  const ratio = fromCount / toCount
  const at = (i: number) => from[fromStart + clamp(i, 0, fromCount - 1) * fromStride] as number
  for (let i = 0; i < toCount; i++) {
    let value = 0
    if (ratio > 1) {
      const begin = i * ratio
      const end = begin + ratio
      for (let j = Math.floor(begin); j < end; j++) {
        value += at(j) * (Math.min(j + 1, end) - Math.max(j, begin))
      }
      value /= ratio
    } else {
      const centre = (i + 0.5) * ratio - 0.5
      const j = Math.floor(centre)
      const t = centre - j
      const [a, b, c, d] = [at(j - 1), at(j), at(j + 1), at(j + 2)]
      value = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    }
    to[toStart + i * toStride] = value
  }
}
