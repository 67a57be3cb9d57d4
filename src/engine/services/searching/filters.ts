/** What a set of filters means for a search. */
import type { Filters } from '@shared/domain/search.js'
import type { Decoded } from '../../ports/decoding.js'

type View = Decoded['view']

/** Laterals and what is no chest are no neighbours of a frontal radiograph. */
export const isAside = (view: View): boolean => view === 'lateral' || view === 'other'

/** Whether these filters, or the query itself, ask for more than frontal views. */
export const asksForAllViews = (filters: Filters | undefined, query?: View): boolean =>
  filters?.frontalOnly === false || filters?.views !== undefined || (query !== undefined && isAside(query))

export function hasFilter(filters: Filters | undefined): filters is Filters {
  return (
    filters !== undefined && Object.values(filters).some((value) => value !== undefined && value !== false)
  )
}

/** Filters that leave another mixture of findings than the library's: what was measured on it does not hold for them. */
export function choosesAmongCases(filters: Filters | undefined): boolean {
  if (filters === undefined) return false
  const { frontalOnly: _frontal, otherPatientsOnly: _others, ...rest } = filters
  return hasFilter(rest)
}
