import { describe, expect, it } from 'vitest'
import { seeded } from '../seeded.js'
import { Shares } from './shares.js'

const vote = (count: number, carried: boolean) => ({
  finding: 'PNEUMONIA',
  count,
  carried,
  headline: true,
  group: 'g',
})
/** @param cells by count: how many cases, and how many of them carried it */
const sharesOf = (cells: Record<number, [n: number, carried: number]>): Shares =>
  new Shares(
    Object.entries(cells).flatMap(([count, [n, carried]]) =>
      Array.from({ length: n }, (_, i) => vote(Number(count), i < carried)),
    ),
  )

describe('shares of cases that agreed as strongly', () => {
  it('never fall with more neighbours, whatever chance did to small counts', () => {
    const next = seeded(3)
    for (let library = 0; library < 200; library++) {
      const cells = Object.fromEntries(
        Array.from({ length: 11 }, (_, count) => {
          const n = Math.floor(next() ** 2 * 80)
          const carried = Array.from({ length: n }, () => next() < count / 10).filter(Boolean).length
          return [count, [n, carried] as [number, number]]
        }),
      )
      const shares = sharesOf(cells)
      let before = 0
      for (let count = 0; count <= 10; count++) {
        const share = shares.of('PNEUMONIA', count, 10)
        if (share === undefined) continue
        expect(share.n).toBeGreaterThanOrEqual(30)
        expect(share.sameLabel).toBeGreaterThanOrEqual(before - 1e-12)
        expect(share.low).toBeLessThanOrEqual(share.sameLabel)
        expect(share.high).toBeGreaterThanOrEqual(share.sameLabel)
        before = share.sameLabel
      }
    }
  })

  it('pool what contradicts, and say on how many cases they rest', () => {
    // By itself 8 of 10 would be worth 95 % and 9 of 10 only 85 %.
    const shares = sharesOf({ 8: [40, 38], 9: [60, 51], 10: [100, 98] })
    for (const count of [8, 9])
      expect(shares.of('PNEUMONIA', count, 10)).toMatchObject({ sameLabel: 0.89, n: 100 })
    expect(shares.of('PNEUMONIA', 10, 10)).toMatchObject({ sameLabel: 0.98, n: 100 })
  })

  it('are left as they were where nothing contradicts', () => {
    const shares = sharesOf({ 0: [50, 1], 9: [40, 34], 10: [50, 48] })
    expect(shares.of('PNEUMONIA', 9, 10)).toMatchObject({ sameLabel: 0.85, n: 40 })
  })

  it('take no case of another kind for a rare count', () => {
    // One case with five such neighbours carried it: more than any, so it is pooled upwards, but speaks for none.
    const shares = sharesOf({ 0: [100, 1], 5: [1, 1], 10: [100, 95] })
    expect(shares.of('PNEUMONIA', 5, 10)).toBeUndefined()
    expect(shares.of('PNEUMONIA', 10, 10)?.n).toBe(101)
  })
})
