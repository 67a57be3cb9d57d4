import { describe, expect, it } from 'vitest'
import { countsOf, countWords, leaderOf, tiedOf, undecidedWords } from './evidenceWords.js'

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
  })

  it('counts nothing for a query outside the library', () => {
    const evidence = counted({ PNEUMONIA: 10 }, 10)
    expect(countsOf({ evidence, query: { inDistribution: false } })).toEqual([])
    expect(countsOf({ evidence, query: { inDistribution: true } })).toBe(evidence)
    expect(countsOf({ evidence, query: {} })).toBe(evidence)
  })
})
