/** Counts of findings among hits, what they were worth in this library, and the words when there is nothing to say. */
import type { Evidence, Hit } from '@shared/domain/search.js'
import { leaderOf } from '@shared/evidenceWords.js'
import { findingInWords } from '@shared/findingWords.js'
import type { Statistics } from './calibrationPort.js'

/**
 * One entry a finding among the hits, most frequent first, ties by name.
 * @param statistics absent while unknown and for a query outside the library's population: then only counts are given
 * @param baseRate share of the library's labelled cases that carry a finding
 */
export function evidenceOf(
  hits: readonly Hit[],
  statistics: Statistics | undefined,
  baseRate?: (finding: string) => number | undefined,
): Evidence[] {
  const counts = new Map<string, number>()
  for (const hit of hits)
    for (const finding of new Set(hit.findings)) counts.set(finding, (counts.get(finding) ?? 0) + 1)
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([finding, count]) => {
      const share = statistics?.share(finding, count, hits.length)
      const rate = share && baseRate?.(finding)
      return {
        finding,
        count,
        of: hits.length,
        ...share,
        ...(rate === undefined ? {} : { baseRate: rate }),
      }
    })
}

/** The finding most hits carry; undefined when none is recorded or several share first place. */
export function majorityOf(hits: readonly Hit[]): string | undefined {
  return leaderOf(evidenceOf(hits, undefined))?.finding
}

type Circumstances = {
  /** Whether the query is like the library's cases is not known yet. */
  measuring: boolean
  outside: boolean
  asCalibrated: boolean
  /** How many cases the search found, and whether filters chose among them. */
  found: number
  filtered: boolean
  /** What all labelled cases of the library carry, where that is one finding. */
  onlyFinding?: string | undefined
  /** A refined search without the image in which no other source could be used. */
  nothingRanks?: boolean
  /** Findings that the search was narrowed to: then the labels of what it finds are the filter's. */
  labels?: readonly string[] | undefined
}

/** Why there are no findings, or no share beside them; undefined when every line has its share. */
export function evidenceNote(
  hits: readonly Hit[],
  evidence: readonly Evidence[],
  statistics: Statistics | undefined,
  {
    measuring,
    outside,
    asCalibrated,
    found,
    filtered,
    nothingRanks = false,
    onlyFinding,
    labels = [],
  }: Circumstances,
): string | undefined {
  if (nothingRanks) return 'No source that is on ranks a case, so there is nothing to count.'
  if (found === 0)
    return filtered
      ? 'No case passes these filters, so there is nothing to count.'
      : 'No case was found, so there is nothing to count.'
  if (labels.length > 0)
    return `Only cases labelled ${labels.map(findingInWords).join(' or ')} were searched, so their labels are no evidence.`
  if (measuring)
    return 'This library is still being measured. What its nearest cases carry is counted once it is known whether this image is like its cases.'
  if (hits.length === 0)
    return 'Each case found is of the same patient or a copy of this image, so there is nothing to count.'
  if (evidence.length === 0)
    return 'None of these cases carries a recorded finding, so there is nothing to count.'
  if (outside)
    return 'This image is unlike the cases of this library, so it is not said how often such cases carried a label.'
  if (onlyFinding !== undefined)
    return 'Every labelled case of this library carries this finding, so it is not said how often such cases did.'
  if (!asCalibrated)
    return 'This search is narrowed or refined, so it is not said how often such cases carried a label: that was measured on whole images against the whole library.'
  if (evidence.some((line) => line.sameLabel !== undefined)) return undefined
  if (statistics === undefined) return 'How often such cases carried the same label is being worked out.'
  return (
    statistics.note ??
    'Fewer than 30 such cases in this library carry a label, too few to say how often they carried the same one.'
  )
}
