/**
 * The cases whose findings are counted as evidence: the ten nearest of other patients that are no copies of the query,
 * exactly as the library's own cases were counted when the evidence was calibrated.
 */
import type { Library } from '../../ports/library.js'
import type { VectorIndex } from '../../ports/vectorIndex.js'
import { nearestCases, type Found } from '../hits.js'
import { NEAR_DUPLICATE, NEIGHBOURS } from '../measuring/bounds.js'
import { patientOf } from '../patientOf.js'

export type Voters = {
  voters: Found[]
  /** Named to the reader: those among the hits. */
  samePatient: Found[]
  copies: Found[]
  /** Every case of the query's patient that stands before the last that counts. */
  passedOver: Found[]
}

export type Asked = {
  library: Library
  index: VectorIndex
  vector: Float32Array
  /** Query's own image. */
  leaveOut: (found: Found) => boolean
  ofPatient: (found: Found) => boolean
  allow?: ReadonlySet<number>
}

/** What speaks neither for nor against: cases of the query's patient, who is told by number or else by file name. */
export const isOfPatient =
  (patient: string | undefined) =>
  ({ row: { row, file } }: Found): boolean =>
    patient !== undefined && patientOf(row.study.patientId, file) === patient

/** Near-identical pictures are the query itself. */
export const isCopy = ({ score }: Found): boolean => score >= NEAR_DUPLICATE

/** What of a ranking counts and what does not. @param within how far down what does not count is named */
export function votersAmong(
  ranked: readonly Found[],
  ofPatient: (found: Found) => boolean,
  within = ranked.length,
): Voters {
  const voters = ranked.filter((found) => !ofPatient(found) && !isCopy(found)).slice(0, NEIGHBOURS)
  const last = voters.at(-1)
  const before = last === undefined ? ranked : ranked.slice(0, ranked.indexOf(last))
  const named = ranked.slice(0, within)
  return {
    voters,
    samePatient: named.filter(ofPatient),
    copies: named.filter((found) => isCopy(found) && !ofPatient(found)),
    passedOver: before.filter(ofPatient),
  }
}

/** @param nearest what the search has found already; asked for more only where too few of them count */
export async function votersOf(
  { library, index, vector, leaveOut, ofPatient, allow }: Asked,
  nearest: readonly Found[],
): Promise<Voters> {
  let ranked = nearest
  let among = votersAmong(ranked, ofPatient, nearest.length)
  for (let wanted = 2 * NEIGHBOURS; among.voters.length < NEIGHBOURS; wanted *= 4) {
    ranked = await nearestCases(index, library, vector, wanted, leaveOut, allow)
    among = votersAmong(ranked, ofPatient, nearest.length)
    if (ranked.length < wanted) break
  }
  return among
}
