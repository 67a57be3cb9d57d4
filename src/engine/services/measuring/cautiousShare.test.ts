import { describe, expect, it } from 'vitest'
import { seeded } from '../seeded.js'
import { cautiousShare } from './cautiousShare.js'

describe('a share that few cases speak for', () => {
  it('is the one-sided Clopper-Pearson bound, and the plain place for none', () => {
    // At the bound so few or fewer have a chance of .2: in closed form for one, and for all but one.
    const one = cautiousShare(1, 40)
    expect((1 - one) ** 40 + 40 * one * (1 - one) ** 39).toBeCloseTo(0.2, 9)
    expect(cautiousShare(1499, 1500)).toBeCloseTo(0.8 ** (1 / 1500), 9)
    expect(cautiousShare(0, 40)).toBe(1 / 41)
    expect(cautiousShare(40, 40)).toBe(1)
  })

  it('never falls with more, and stays above the plain share', () => {
    for (const n of [30, 200, 1500])
      for (let k = 1; k < n; k += Math.ceil(n / 40)) {
        expect(cautiousShare(k, n)).toBeGreaterThan(k / n)
        expect(cautiousShare(k + 1, n)).toBeGreaterThanOrEqual(cautiousShare(k, n))
        expect(cautiousShare(k, n)).toBeGreaterThan(cautiousShare(0, n))
      }
  })

  it('gates more than one in twenty of a library’s own kind in one library of five at most', () => {
    const next = seeded(9)
    const n = 200
    let over = 0
    for (let library = 0; library < 400; library++) {
      const own = Float64Array.from({ length: n }, () => next()).sort()
      // The least odd figure that is gated: its place among uniform figures is the share that is.
      let gated = 0
      while (gated < n && cautiousShare(gated + 1, n) < 0.05) gated++
      if ((own[gated] as number) > 0.05) over++
    }
    expect(over / 400).toBeLessThan(0.25)
    expect(over).toBeGreaterThan(0)
  })
})
