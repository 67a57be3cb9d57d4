import type { Hit } from '@shared/domain/search.js'
import { describe, expect, it } from 'vitest'
import { besides } from './besides.js'
import type { Layout } from './compareStore.js'

const hit = (rank: number, imageId = `r${rank}`): Hit => ({ rank, imageId }) as Hit
const HITS = [1, 2, 3, 4].map((rank) => hit(rank))
const other = hit(1, 'opposite')
const ids = (selected: Hit | undefined, against: Hit | undefined, layout: Layout, hits = HITS): string[] =>
  besides(hits, selected, against, layout).map(({ slot, hit: { imageId } }) => `${slot} ${imageId}`)

describe('the cases beside the selected one', () => {
  it('are the next rank and the opposite', () => {
    expect(ids(HITS[0], other, '4')).toEqual(['next r2', 'third opposite'])
    expect(ids(HITS[0], other, '3')).toEqual(['third opposite'])
    expect(ids(HITS[0], other, '2')).toEqual([])
  })
  it('are the next ranks where nothing is opposite', () => {
    expect(ids(HITS[0], undefined, '4')).toEqual(['next r2', 'third r3'])
    expect(ids(HITS[1], undefined, '3')).toEqual(['third r3'])
  })
  it('go back from the last rank', () => {
    expect(ids(HITS[3], undefined, '4')).toEqual(['next r3', 'third r2'])
    expect(ids(HITS[3], other, '4')).toEqual(['next r3', 'third opposite'])
  })
  it('never show a case twice, and are fewer where there are no more', () => {
    expect(ids(other, HITS[0], '4')).toEqual(['next r2', 'third r1'])
    expect(ids(HITS[0], undefined, '4', [hit(1)])).toEqual([])
    expect(ids(HITS[0], other, '4', [hit(1)])).toEqual(['third opposite'])
    expect(ids(undefined, undefined, '4')).toEqual([])
  })
})
