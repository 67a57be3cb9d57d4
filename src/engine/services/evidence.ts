/** Counts of findings among hits, what they were worth in this library, and the words when there is nothing to say. */
import type { Evidence, Hit } from '@shared/domain/search.js'
import type { Statistics } from './calibrationPort.js'

/**
 * One entry a finding among the hits, most frequent first, ties by name.
 * @param statistics absent while unknown and for a query outside the library's population: then only counts are given
 */
export function evidenceOf(hits: readonly Hit[], statistics: Statistics | undefined): Evidence[] {
  const counts = new Map<string, number>()
  for (const hit of hits)
    for (const finding of new Set(hit.findings)) counts.set(finding, (counts.get(finding) ?? 0) + 1)
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([finding, count]) => ({
      finding,
      count,
      of: hits.length,
      ...statistics?.share(finding, count, hits.length),
    }))
}

/** The finding most hits carry; undefined when none is recorded. */
export function majorityOf(hits: readonly Hit[]): string | undefined {
  return evidenceOf(hits, undefined)[0]?.finding
}

/** Why there are no findings, or no share beside them; undefined when every line has its share. */
export function evidenceNote(
  hits: readonly Hit[],
  evidence: readonly Evidence[],
  statistics: Statistics | undefined,
  { outside, asCalibrated }: { outside: boolean; asCalibrated: boolean },
): string | undefined {
  if (hits.length === 0) return undefined
  if (evidence.length === 0)
    return 'None of these cases carries a recorded finding, so there is nothing to count.'
  if (outside)
    return 'This image is unlike the cases of this library, so it is not said how often such cases carried a label.'
  if (!asCalibrated)
    return 'This search is narrowed or refined, so it is not said how often such cases carried a label: that was measured on whole images against the whole library.'
  if (evidence.some((line) => line.sameLabel !== undefined)) return undefined
  if (statistics === undefined) return 'How often such cases carried the same label is being worked out.'
  return (
    statistics.note ??
    'Fewer than 30 such cases in this library carry a label, too few to say how often they carried the same one.'
  )
}
