/** What the search knows of the library's own statistics; `calibration.ts` computes them in the background. */
import type { Evidence, Hit } from '@shared/domain.js'

export type Share = Required<Pick<Evidence, 'sameLabel' | 'n' | 'low' | 'high'>>

export type Statistics = {
  /** Bounds of closeness as cosines: at or above the first "very close", the second "close", the third "near". */
  closeness(score: number): Hit['closeness']
  /**
   * How often cases of this library with about as many neighbours of this finding carried it themselves.
   * @returns undefined below n = 30
   */
  share(finding: string, count: number, of: number): Share | undefined
  /** Conformal p-value of a query by its scores against its nearest cases; undefined below 30 reference cases. */
  pValue(scores: readonly number[]): number | undefined
  /** Why `share` has nothing to say in this library, in words. */
  note?: string
}

export interface Calibration {
  /** Undefined until computed for the library as it is now. */
  current(): Statistics | undefined
}
