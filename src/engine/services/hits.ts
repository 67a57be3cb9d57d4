/** From ranked keys to hits: one a case, the query's own image left out. */
import type { Hit } from '@shared/domain/search.js'
import type { Library, VectorRow } from '../ports/library.js'
import type { VectorIndex } from '../ports/vectorIndex.js'
import type { Statistics } from './calibrationPort.js'
import { rank } from './rank.js'

export type Found = { row: VectorRow; score: number }

/**
 * The nearest cases, best first; of a case with several images the nearest counts.
 * @param wanted how many cases
 * @param leaveOut true for a row that must not appear
 */
export async function nearestCases(
  index: VectorIndex,
  library: Library,
  vector: Float32Array,
  wanted: number,
  leaveOut: (found: Found) => boolean,
  allow?: ReadonlySet<number>,
): Promise<Found[]> {
  const available = allow?.size ?? index.size
  for (let asked = wanted + 2; ; asked *= 4) {
    const ranked = await rank(index, vector, asked, allow)
    const cases = onePerCase(library, ranked, leaveOut)
    if (cases.length >= wanted || ranked.length >= available || ranked.length === 0)
      return cases.slice(0, wanted)
  }
}

function onePerCase(
  library: Library,
  ranked: readonly { key: number; score: number }[],
  leaveOut: (found: Found) => boolean,
): Found[] {
  const scores = new Map(ranked.map(({ key, score }) => [key, score]))
  const seen = new Set<string>()
  const cases: Found[] = []
  for (const row of library.vectorRows(ranked.map(({ key }) => key))) {
    const found = { row, score: scores.get(row.key) as number }
    if (seen.has(row.row.caseId) || leaveOut(found)) continue
    seen.add(row.row.caseId)
    cases.push(found)
  }
  return cases
}

/** @param found with the re-ranking terms of a refined search, if it was one */
export function hitsOf(
  found: readonly (Found & { terms?: Record<string, number> })[],
  statistics: Statistics | undefined,
): Hit[] {
  return found.map(({ row: { row, imageId, file }, score, terms }, i) => {
    const closeness = statistics?.closeness(score)
    return {
      rank: i + 1,
      caseId: row.caseId,
      imageId,
      file,
      findings: row.findings,
      score,
      ...(terms === undefined ? {} : { terms }),
      ...(closeness === undefined ? {} : { closeness }),
      ...(row.source === undefined ? {} : { source: row.source }),
      study: row.study,
      synthetic: row.synthetic,
      notes: row.notes,
    }
  })
}
