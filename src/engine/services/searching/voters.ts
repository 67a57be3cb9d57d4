/**
 * The cases whose findings are counted as evidence: the ten nearest of other patients that are no copies of the query,
 * exactly as the library's own cases were counted when the evidence was calibrated.
 */
import type { Library } from '../../ports/library.js'
import type { VectorIndex } from '../../ports/vectorIndex.js'
import { nearestCases, type Found } from '../hits.js'
import { NEAR_DUPLICATE, NEIGHBOURS } from '../measuring/bounds.js'

export type Voters = { voters: Found[]; samePatient: Found[]; copies: Found[] }

export type Asked = {
  library: Library
  index: VectorIndex
  vector: Float32Array
  /** Query's own image. */
  leaveOut: (found: Found) => boolean
  patientId: string | undefined
  allow?: ReadonlySet<number>
}

/** What speaks neither for nor against: cases of the query's patient. */
export const isOfPatient =
  (patientId: string | undefined) =>
  ({ row }: Found): boolean =>
    patientId !== undefined && row.row.study.patientId === patientId

/** Near-identical pictures are the query itself. */
export const isCopy = ({ score }: Found): boolean => score >= NEAR_DUPLICATE

/** What of a ranking counts and what does not. @param within how far down what does not count is named */
export function votersAmong(
  ranked: readonly Found[],
  patientId: string | undefined,
  within = ranked.length,
): Voters {
  const ofPatient = isOfPatient(patientId)
  const named = ranked.slice(0, within)
  return {
    voters: ranked.filter((found) => !ofPatient(found) && !isCopy(found)).slice(0, NEIGHBOURS),
    samePatient: named.filter(ofPatient),
    copies: named.filter((found) => isCopy(found) && !ofPatient(found)),
  }
}

/** @param nearest what the search has found already; asked for more only where too few of them count */
export async function votersOf(
  { library, index, vector, leaveOut, patientId, allow }: Asked,
  nearest: readonly Found[],
): Promise<Voters> {
  const ofPatient = isOfPatient(patientId)
  const among = votersAmong(nearest, patientId)
  const { samePatient, copies } = among
  let { voters } = among
  if (
    voters.length < NEIGHBOURS &&
    (samePatient.length > 0 || copies.length > 0 || nearest.length < NEIGHBOURS)
  )
    voters = await nearestCases(
      index,
      library,
      vector,
      NEIGHBOURS,
      (found) => leaveOut(found) || ofPatient(found) || isCopy(found),
      allow,
    )
  return { voters, samePatient, copies }
}
