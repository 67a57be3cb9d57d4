import { describe, expect, it } from 'vitest'
import type { Hit } from '@shared/domain/search.js'
import {
  changesBetween,
  declinedOf,
  inNotesInstead,
  refinementOf,
  shareOf,
  termName,
  type Chip,
} from './sources.js'

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

  it('with words that the model declined are looked for in the notes instead, where that means the same', () => {
    const rib: Chip = { kind: 'concept', text: 'rib fracture', weight: 1, on: true }
    const ribNotes: Chip = { kind: 'notes', text: 'rib fracture', weight: 0.1, on: true }
    const declined = [{ text: 'rib fracture', reason: 'The model was not taught it.' }]
    const fusion = { shares: [], declined, milliseconds: 1 }
    expect(declinedOf(fusion, rib)).toBe('The model was not taught it.')
    const denied = [{ text: 'notes: rib fracture', reason: 'Denied.' }]
    expect(declinedOf({ ...fusion, declined: denied }, ribNotes)).toBe('Denied.')
    expect([declinedOf(fusion, ribNotes), declinedOf(fusion, { ...rib, on: false })]).toEqual([
      undefined,
      undefined,
    ])
    // Earlier words of the notes give way: there is one such source.
    expect(inNotesInstead([...chips, rib], rib)).toEqual([...chips.slice(0, 2), ribNotes])
    expect(refinementOf(true, inNotesInstead([rib], rib) ?? [])).toEqual({
      notes: { text: 'rib fracture', weight: 0.1 },
    })
    // Fewer in the image is not more in the notes.
    expect(inNotesInstead(chips, { ...rib, weight: -1 })).toBeUndefined()
    expect(inNotesInstead(chips, chips[0] as Chip)).toBeUndefined()
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
