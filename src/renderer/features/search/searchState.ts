/** Searches by image, kept so that Back brings them again, and what is read off them. */
import type { GrantedSource } from '@shared/bridge.js'
import type { Opened, OpenedImage, Region } from '@shared/domain/images.js'
import type { Progress } from '@shared/domain/library.js'
import type { Reading } from '@shared/domain/measuring.js'
import type { Filters, Hit, ImageSearch } from '@shared/domain/search.js'
import type { Problem } from '@shared/errors.js'
import { countsOf, leaderOf } from '@shared/evidenceWords.js'
import { create } from 'zustand'
import { current, useEntry } from '../../app/nav.js'
import { usePrefs } from '../../app/prefs.js'
import type { Chip } from './sources.js'

export type Origin =
  { kind: 'sources'; sources: GrantedSource[] } | { kind: 'image'; imageId: string } | { kind: 'sample' }
export type Question = {
  filters: Filters
  region?: Region
  invert: boolean
  /** Whether the image itself (or its region) is searched. */
  image: boolean
  chips: readonly Chip[]
}
export type Impression = Pick<Reading, 'impression' | 'confidence' | 'text'>
export const FRESH: Omit<Question, 'filters'> = { invert: false, image: true, chips: [] }
export type Search = {
  id: string
  origin: Origin
  opened?: Opened
  /** The image searched now. */
  queryId?: string
  question: Question
  /** Earlier questions, for undo. */
  past: Question[]
  /** `reading`: held back until an impression is recorded or skipped. */
  state: 'opening' | 'reading' | 'searching' | 'done' | 'problem'
  progress?: Progress
  result?: ImageSearch
  problem?: Problem
  /** Image id of the selected hit. */
  selected?: string
  impression?: Impression | 'skipped'
  /** What the last change of the question did to the hits; undefined before the first. */
  changed?: string
}

export const useSearches = create<{ searches: Record<string, Search> }>(() => ({ searches: {} }))

export const searchOf = (id: string | undefined): Search | undefined =>
  id === undefined ? undefined : useSearches.getState().searches[id]
export const currentSearch = (): Search | undefined => searchOf(current().searchId)

export function patch(id: string, change: Partial<Search>): void {
  useSearches.setState(({ searches }) => {
    const before = searches[id]
    return before ? { searches: { ...searches, [id]: { ...before, ...change } } } : { searches }
  })
}

export const imagesOf = (opened: Opened | undefined): OpenedImage[] =>
  opened ? opened.studies.flatMap((study) => study.series.flatMap((series) => series.images)) : []

export const queryImage = (search: Search | undefined): OpenedImage | undefined =>
  imagesOf(search?.opened).find((image) => image.queryId === search?.queryId)

/** Hits, then the nearest with the opposite finding that are not among them: the order of Compare. */
export function allHits(result: ImageSearch | undefined): Hit[] {
  if (!result) return []
  const shown = new Set(result.hits.map((hit) => hit.imageId))
  return [...result.hits, ...result.contrast.filter((hit) => !shown.has(hit.imageId))]
}

export const selectedHit = (search: Search | undefined): Hit | undefined =>
  allHits(search?.result).find((hit) => hit.imageId === search?.selected)

/** The label most hits carry, which "agrees" and "differs" speak of; none on a tie and outside the library. */
export const majorityOf = (result: ImageSearch | undefined): string | undefined =>
  result && leaderOf(countsOf(result))?.finding

/** Blind reading, and no impression yet: names of files and descriptions, which may say the finding, are held back too. */
export const isHeldBack = ({ state, impression }: Search): boolean =>
  state === 'reading' || (state === 'opening' && impression === undefined && usePrefs.getState().blind)

/** The search of the present step whose blind reading waits for an impression; screens with findings are held back for it. */
export function useOpenReading(): string | undefined {
  const { searchId } = useEntry()
  return useSearches(({ searches }) => {
    const search = searchId === undefined ? undefined : searches[searchId]
    return search && isHeldBack(search) ? search.id : undefined
  })
}
