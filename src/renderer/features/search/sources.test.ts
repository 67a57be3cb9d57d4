import { describe, expect, it } from 'vitest'
import type { Hit } from '@shared/domain/search.js'
import { changesBetween, refinementOf, shareOf, termName, type Chip } from './sources.js'

const hit = (caseId: string, rank: number): Hit => ({
  rank,
  caseId,
  imageId: `image-${caseId}`,
  file: '',
  findings: [],
  score: 1 - rank / 10,
  study: {},
  synthetic: true,
  notes: 0,
})
const chips: Chip[] = [
  { kind: 'example', imageId: 'image-1', caseId: 'case-0001', weight: -0.5, on: true },
  { kind: 'concept', text: 'consolidation', weight: 0.5, on: true },
  { kind: 'notes', text: 'fever', weight: 0.3, on: false },
]

describe('the sources of a search', () => {
  it('are sent where they are on, and not at all for the image alone', () => {
    expect(refinementOf(true, [])).toBeUndefined()
    expect(refinementOf(true, chips)).toEqual({
      examples: [{ imageId: 'image-1', weight: -0.5 }],
      concepts: [{ text: 'consolidation', weight: 0.5 }],
    })
    expect(refinementOf(false, [])).toEqual({ image: false })
  })

  it('have the names under which the engine reports their shares', () => {
    expect(chips.map(termName)).toEqual(['unlike case-0001', 'more consolidation', 'notes: fever'])
    const fusion = { shares: [{ name: 'more consolidation', share: 0.4 }], declined: [], milliseconds: 1 }
    expect(shareOf(fusion, 'more consolidation')).toBe(0.4)
  })

  it('say what a change moved', () => {
    const before = [hit('a', 1), hit('b', 2), hit('c', 3)]
    expect(changesBetween(before, before)).toBeUndefined()
    expect(changesBetween(before, [hit('c', 1), hit('d', 2), hit('b', 3)])).toBe(
      '1 of 3 is new. c moved from 3 to 1. 1 other moved.',
    )
    expect(changesBetween(before, [])).toBe('All 3 cases left: none passes any more.')
    expect(changesBetween(before, before.slice(0, 2))).toBe('2 are left of 3.')
  })
})
