import { describe, expect, it } from 'vitest'
import { countsOf, countWords, leaderOf, shareWords, tiedOf, undecidedWords } from './evidenceWords.js'

const counted = (counts: Record<string, number>, of: number) =>
  Object.entries(counts).map(([finding, count]) => ({ finding, count, of }))

describe('what is said of counts', () => {
  it('names the finding that leads', () => {
    const evidence = counted({ PNEUMONIA: 9, NORMAL: 1 }, 10)
    expect(leaderOf(evidence)?.finding).toBe('PNEUMONIA')
    expect(tiedOf(evidence)).toEqual([])
    expect(evidence.map(countWords)).toEqual([
      '9 of the 10 nearest cases are labelled pneumonia',
      '1 of the 10 nearest cases is labelled normal',
    ])
    expect(countWords({ finding: 'NORMAL', count: 1, of: 1 })).toBe('The one nearest case is labelled normal')
  })

  it('names none on a tie, however few', () => {
    const even = counted({ NORMAL: 5, PNEUMONIA: 5 }, 10)
    expect(leaderOf(even)).toBeUndefined()
    expect(undecidedWords(tiedOf(even))).toBe('The 10 nearest cases are undecided: 5 normal, 5 pneumonia')
    expect(leaderOf(counted({ NORMAL: 1, PNEUMONIA: 1 }, 2))).toBeUndefined()
    expect(tiedOf(counted({ EFFUSION: 4, NORMAL: 4, PNEUMONIA: 2 }, 10))).toHaveLength(2)
    expect(leaderOf([])).toBeUndefined()
    expect(undecidedWords(tiedOf(counted({ ARDS: 6, 'COVID-19': 6, NORMAL: 4 }, 10)))).toBe(
      'Of the 10 nearest cases 6 each are labelled ARDS and COVID-19',
    )
    expect(undecidedWords(tiedOf(counted({ ARDS: 10, 'COVID-19': 10 }, 10)))).toBe(
      'All 10 nearest cases are labelled ARDS and COVID-19',
    )
  })

  it('counts nothing for a query outside the library', () => {
    const evidence = counted({ PNEUMONIA: 10 }, 10)
    expect(countsOf({ evidence, query: { inDistribution: false } })).toEqual([])
    expect(countsOf({ evidence, query: { inDistribution: true } })).toBe(evidence)
    expect(countsOf({ evidence, query: {} })).toBe(evidence)
    expect(countsOf({ evidence, query: { measuring: true } })).toEqual([])
  })

  it('says how often such cases carried it, of how many, and how common it is', () => {
    const line = { finding: 'PNEUMONIA', count: 9, of: 10, sameLabel: 0.94, n: 1212, low: 0.91, high: 0.96 }
    expect(shareWords(line)).toEqual({
      share: '94 % of such cases in this library carried the same label',
      base: '(n = 1,212, 91 to 96); other hospitals may differ.',
    })
    const base = (baseRate: number) => shareWords({ ...line, baseRate })?.base
    expect(base(0.743)).toMatch(/ For comparison: 74 % of all labelled cases here carry it\.$/)
    expect(base(0.998)).toContain('over 99 %')
    expect(base(0.002)).toContain('under 1 %')
    expect(base(1)).toContain('100 %')
    expect(shareWords({ ...line, n: 29 })).toBeUndefined()
    expect(shareWords({ finding: 'PNEUMONIA', count: 9, of: 10 })).toBeUndefined()
  })
})
