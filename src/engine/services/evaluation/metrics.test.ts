import { describe, expect, it } from 'vitest'
import { bootstrap, figuresOf, judge, majority, ndcg, quantile } from './metrics.js'
import { patientOfFile } from '../patientOf.js'

describe('a ranked query', () => {
  const result = judge(['A'], 'p1', [true, false, true, false], ['A', 'B', 'A', 'B'], [1, 3, 10])

  it('has precision over what was ranked, hits, and average precision over the whole ranking', () => {
    expect(result.precision).toEqual({ 1: 1, 3: 2 / 3, 10: 2 / 4 })
    expect(result.hit).toEqual({ 1: 1, 3: 1, 10: 1 })
    expect(result.averagePrecision).toBeCloseTo((1 / 1 + 2 / 3) / 2, 12)
  })

  it('scores nothing where nothing fits', () => {
    const none = judge(['A'], 'p1', [false, false], ['B', 'B'], [1])
    expect(none).toMatchObject({ precision: { 1: 0 }, hit: { 1: 0 }, averagePrecision: 0, vote: false })
  })

  it('has a gain that counts early ranks more, against the best that could be', () => {
    expect(ndcg([true, true], 2, 10)).toBe(1)
    expect(ndcg([false, true], 1, 10)).toBeCloseTo(1 / Math.log2(3), 12)
    // Three relevant in all, two of them found at ranks 1 and 3.
    const best = 1 + 1 / Math.log2(3) + 1 / 2
    expect(ndcg([true, false, true], 3, 10)).toBeCloseTo((1 + 1 / 2) / best, 12)
    expect(ndcg([true, false, true], 3, 1)).toBe(1)
    expect(ndcg([false], 0, 10)).toBe(0)
  })

  it('lets the nearest decide a tied vote', () => {
    expect(majority(['B', 'A', 'A', 'B'])).toBe('B')
    expect(majority(['B', 'A', 'A'])).toBe('A')
    expect(majority([])).toBeUndefined()
  })
})

describe('figures', () => {
  it('are means over queries, also by class', () => {
    const right = judge(['A'], 'p1', [true], ['A'], [1])
    const wrong = judge(['B'], 'p2', [false], ['A'], [1])
    const figures = figuresOf([right, right, wrong], [1])
    expect(figures.precisionAt['1']).toBeCloseTo(2 / 3, 12)
    expect(figures.perClass['A']).toMatchObject({ queries: 2, vote: 1 })
    expect(figures.perClass['B']).toMatchObject({ queries: 1, map: 0 })
  })

  it('count a query of several findings under each, and any of them as found', () => {
    const both = judge(['A', 'B'], 'p1', [true], ['B', 'C'], [1])
    expect(both.vote).toBe(true)
    const figures = figuresOf([both, judge(['A'], 'p2', [false], ['B'], [1])], [1])
    expect(figures.perClass['A']).toMatchObject({ queries: 2, vote: 0.5, precisionAt: { 1: 0.5 } })
    expect(figures.perClass['B']).toMatchObject({ queries: 1, vote: 1 })
    expect(figures.precisionAt['1']).toBe(0.5)
  })

  it('have the same interval every time, and a wider one when queries share patients', () => {
    const queries = (group: (i: number) => string) =>
      Array.from({ length: 100 }, (_, i) => judge(['A'], group(i), [i % 10 < 7], ['A'], [1]))
    const value = (result: { precision: Record<string, number> }) => result.precision['1'] as number
    const own = bootstrap(
      queries((i) => `${i}`),
      value,
    )
    expect(
      bootstrap(
        queries((i) => `${i}`),
        value,
      ),
    ).toEqual(own)
    expect(own[0]).toBeLessThan(0.7)
    expect(own[1]).toBeGreaterThan(0.7)
    // Ten patients who are wholly right or wrong: as little is known as from ten queries.
    const shared = bootstrap(
      queries((i) => `${i % 10}`),
      value,
    )
    expect(shared[1] - shared[0]).toBeGreaterThan((own[1] - own[0]) * 2)
  })

  it('do not claim certainty when the few queries there are were all right', () => {
    const right = Array.from({ length: 3 }, (_, i) => judge(['A'], `p${i}`, [true], ['A'], [1]))
    const [low, high] = bootstrap(right, (result) => result.precision['1'] as number)
    expect(low).toBeLessThan(0.5)
    expect(high).toBeCloseTo(1, 12)
  })

  it('interpolate quantiles as NumPy does', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
    expect(quantile([1, 2, 3, 4], 1)).toBe(4)
  })
})

it.each([
  ['PNEUMONIA/person123_virus_4.jpeg', 'person123'],
  ['NORMAL2-IM-0012-0001.jpeg', 'NORMAL2-IM-0012'],
  ['x/IM-0012-0001-0002.jpeg', 'IM-0012'],
  ['scan-12.png', undefined],
])('the patient of %s is %s', (name, patient) => {
  expect(patientOfFile(name)).toBe(patient)
})
