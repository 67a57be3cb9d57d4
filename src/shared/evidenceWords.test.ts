import { describe, expect, it } from 'vitest'
import {
  countsOf,
  countWords,
  evidenceWords,
  leaderOf,
  shareWords,
  tiedOf,
  undecidedWords,
} from './evidenceWords.js'

const counted = (counts: Record<string, number>, of: number) =>
  Object.entries(counts).map(([finding, count]) => ({ finding, count, of }))

describe('what is said of counts', () => {
  it('names the finding that leads', () => {
    const evidence = counted({ PNEUMONIA: 9, NORMAL: 1 }, 10)
    expect(leaderOf(evidence)?.finding).toBe('PNEUMONIA')
    expect(tiedOf(evidence)).toEqual([])
    expect(evidence.map((line) => countWords(line))).toEqual([
      '9 of the 10 nearest cases are labelled pneumonia',
      '1 of the 10 nearest cases is labelled normal in this library',
    ])
    expect(countWords({ finding: 'NORMAL', count: 1, of: 1 })).toBe(
      'The one nearest case is labelled normal in this library',
    )
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

describe('what is said of an answer', () => {
  const found = (...labels: string[]) => {
    const cases = labels.map((label, at) => ({ imageId: `${at}`, findings: label === '' ? [] : [label] }))
    return { hits: cases, counted: cases }
  }
  const share = { sameLabel: 0.9, n: 100, low: 0.8, high: 0.95 }
  const query = { inDistribution: true }

  it('puts the leader first, with its share, and the others after it', () => {
    const [leads, other] = counted({ PNEUMONIA: 2, EFFUSION: 1 }, 3)
    const evidence = [{ ...leads, ...share }, other].filter((line) => line !== undefined) as never
    expect(evidenceWords({ query, evidence, ...found('PNEUMONIA', 'PNEUMONIA', 'EFFUSION') })).toEqual({
      headline: '2 of the 3 nearest cases are labelled pneumonia',
      share: shareWords({ finding: '', count: 0, of: 0, ...share }),
      sentences: ['Also among them: 1 effusion.'],
    })
  })

  it('gives no share on a tie, whatever was measured', () => {
    const evidence = counted({ NORMAL: 1, PNEUMONIA: 1 }, 2).map((line) => ({ ...line, ...share }))
    const said = evidenceWords({ query, evidence, ...found('NORMAL', 'PNEUMONIA') })
    expect(said.headline).toBe('The 2 nearest cases are undecided: 1 normal, 1 pneumonia')
    expect(said.share).toBeUndefined()
    expect(said.sentences).toEqual(['No finding leads, so nothing is called agreeing or opposite.'])
  })

  it('gives none where most carry no finding, outside the library, and of the labels of a filter', () => {
    const evidence = counted({ PNEUMONIA: 1 }, 3).map((line) => ({ ...line, ...share }))
    expect(evidenceWords({ query, evidence, ...found('PNEUMONIA', '', '') })).toEqual({
      headline: 'The nearest cases carry no finding',
      sentences: ['2 of the 3 nearest cases have no finding. The ranking stands; the evidence does not.'],
    })
    const early = evidenceWords({ query: { measuring: true }, evidence, ...found('PNEUMONIA') })
    expect([early.headline, early.passing]).toEqual(['Still measuring this library', true])
    const outside = { inDistribution: false, reason: 'This is a lateral view.' }
    expect(evidenceWords({ query: outside, evidence, ...found('PNEUMONIA') })).toEqual({
      headline: 'This image is unlike anything here, so no evidence is given',
      sentences: ['This is a lateral view.'],
    })
    const filtered = { query, evidence: [], evidenceNote: 'Only cases labelled x.', ...found('X') }
    expect(evidenceWords(filtered)).toEqual({
      headline: 'The labels of these cases are no evidence',
      sentences: ['Only cases labelled x.'],
    })
    expect(evidenceWords({ query, evidence: [], hits: [], counted: [], withoutFilter: {} }).headline).toBe(
      'No case passes these filters',
    )
  })

  it('says that nothing ranked, calls nothing nearest in a refined ranking, and does not blame the filters', () => {
    const leads = counted({ PNEUMONIA: 2 }, 2)
    const ranked = { shares: [{ name: 'notes: fever', share: 1 }], declined: [], milliseconds: 1 }
    const refined = { query, evidence: leads, ...found('PNEUMONIA', 'PNEUMONIA'), fusion: ranked }
    expect(evidenceWords(refined).headline).toBe('2 of the 2 best ranked cases are labelled pneumonia')
    const none = { query, evidence: [], hits: [], counted: [], withoutFilter: {}, searched: 40 }
    const fusion = { shares: [], declined: [], milliseconds: 1 }
    expect(evidenceWords({ ...none, fusion }).headline).toBe('Nothing ranks the cases')
    expect(evidenceWords({ ...none, fusion, searched: 0 }).headline).toBe('No case passes these filters')
  })

  it('says "other" where further cases are counted in place of copies, and counts nothing where there are none', () => {
    const { hits } = found('PNEUMONIA', 'PNEUMONIA')
    const evidence = counted({ NORMAL: 2 }, 2)
    const others = ['2', '3'].map((imageId) => ({ imageId, findings: ['NORMAL'] }))
    expect(evidenceWords({ query, evidence, hits, counted: others }).headline).toBe(
      '2 of the 2 nearest other cases are labelled normal in this library',
    )
    expect(evidenceWords({ query, evidence: [], hits, counted: [] }).headline).toBe(
      'There is no other case to count',
    )
  })
})
