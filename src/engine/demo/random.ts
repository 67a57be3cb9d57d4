/** Seeded random numbers: the same seed draws the same phantom on every machine. */
export type Random = {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform in [low, high). */
  range(low: number, high: number): number
  /** Normal with the standard deviation `sigma` and mean 0, cut at three sigma. */
  normal(sigma: number): number
  /** Whole number in [low, high]. */
  whole(low: number, high: number): number
  pick<T>(items: readonly [T, ...T[]]): T
  chance(probability: number): boolean
  /** An own stream, so that adding draws to one part leaves the others as they were. */
  fork(name: string): Random
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** @param seed any whole number. The generator is mulberry32 (public domain, T. Ettinger). */
export function random(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  next()
  const normal = (sigma: number) => {
    const r = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
    return sigma * Math.max(-3, Math.min(3, r))
  }
  return {
    next,
    normal,
    range: (low, high) => low + (high - low) * next(),
    whole: (low, high) => low + Math.floor((high - low + 1) * next()),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    chance: (probability) => next() < probability,
    fork: (name) => random((Math.imul(seed, 2654435761) ^ hash(name)) >>> 0),
  }
}
