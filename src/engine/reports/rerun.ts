/** What changed between a report and its search run again, in words. */
import type { Evidence } from '@shared/domain/search.js'
import type { ReportedHit, TwinBody } from './twin.js'
import { findingWords } from './wording.js'

/** Scores closer than this are the same: the model's own figures differ by as much between processors. */
export const SAME_SCORE = 1e-4

export type Again = {
  model: { id: string; sha256: string }
  hits: readonly Pick<ReportedHit, 'rank' | 'patient' | 'key' | 'findings' | 'score'>[]
  evidence: readonly Evidence[]
  /** Absent where nothing was searched. */
  library?: TwinBody['library']
}

/** @returns one sentence a difference; none when the search came back the same */
export function differencesOf(before: TwinBody, again: Again): string[] {
  const out: string[] = []
  if (before.model.sha256 !== again.model.sha256)
    out.push(
      `Model: ${before.model.id} (${before.model.sha256.slice(0, 8)}) then, ${again.model.id} (${again.model.sha256.slice(0, 8)}) now.`,
    )
  const now = new Map(again.hits.map((hit) => [hit.rank, hit]))
  for (const hit of before.hits) {
    const other = now.get(hit.rank)
    const then = `${hit.patient} (${findingWords(hit.findings)}, ${hit.score.toFixed(4)})`
    if (other === undefined) out.push(`Rank ${hit.rank}: ${then} then, no case now.`)
    else if (other.key !== hit.key)
      out.push(
        `Rank ${hit.rank}: ${then} then, ${other.patient} (${findingWords(other.findings)}, ${other.score.toFixed(4)}) now.`,
      )
    else {
      if ([...hit.findings].sort().join() !== [...other.findings].sort().join())
        out.push(
          `Rank ${hit.rank}, ${hit.patient}: ${findingWords(hit.findings)} then, ${findingWords(other.findings)} now.`,
        )
      if (Math.abs(hit.score - other.score) > SAME_SCORE)
        out.push(
          `Rank ${hit.rank}, ${hit.patient}: score ${hit.score.toFixed(4)} then, ${other.score.toFixed(4)} now.`,
        )
    }
  }
  for (const line of before.evidence) {
    const other = again.evidence.find(({ finding }) => finding === line.finding)
    if (other?.count !== line.count || other.of !== line.of)
      out.push(
        `${findingWords([line.finding])}: ${line.count} of ${line.of} then, ${other === undefined ? 'none' : `${other.count} of ${other.of}`} now.`,
      )
    else if (
      line.sameLabel !== undefined &&
      other.sameLabel !== undefined &&
      Math.abs(line.sameLabel - other.sameLabel) >= 0.005
    )
      out.push(
        `${findingWords([line.finding])}: ${Math.round(line.sameLabel * 100)} % of such cases carried the same label then, ${Math.round(other.sameLabel * 100)} % now.`,
      )
  }
  const { library } = again
  // A library that has grown and answers alike is no difference; otherwise it is the first thing to know.
  if (out.length > 0 && library !== undefined && library.sha256 !== before.library.sha256)
    out.unshift(
      `Library: ${held(before.library)} then; another one, or changed since, with ${held(library)} now.`,
    )
  return out
}

const held = ({ cases, images }: TwinBody['library']): string =>
  `${images} ${images === 1 ? 'image' : 'images'} of ${cases} ${cases === 1 ? 'case' : 'cases'}`
