/** What the search knows of the library's own statistics; `calibration.ts` computes them in the background. */
import type { Appearance } from './measuring/appearance.js'
import type { Health } from '@shared/domain/measuring.js'
import type { Evidence, Hit, Misfit } from '@shared/domain/search.js'

export type Share = { [K in 'sameLabel' | 'n' | 'low' | 'high']: NonNullable<Evidence[K]> }

/** A query as the gate sees it. Filters and regions do not change it: it is about the whole image and the whole library. */
export type Query = {
  /** Scores against its nearest cases of other patients, best first. */
  scores: readonly number[]
  appearance?: Appearance
  patient?: string
}
export type Strangeness = {
  pValue: number
  /** Unlike the pictures, better inverted or turned, or far from all in the model's space. */
  why: 'unlike' | 'misplaced' | 'far'
  looks?: Misfit
}

export type Statistics = {
  /** Bounds of closeness as cosines: at or above the first "very close", the second "close", the third "near". */
  closeness(score: number): Hit['closeness']
  /**
   * How often cases of this library with about as many neighbours of this finding carried it themselves.
   * @returns undefined below n = 30
   */
  share(finding: string, count: number, of: number): Share | undefined
  /** Whether there are reference cases enough to tell how strange a query is. */
  readonly gates: boolean
  /** Conformal p-value of a query; undefined below 30 reference cases. */
  strangeness(query: Query): Strangeness | undefined
  /** Why `share` has nothing to say in this library, in words. */
  note?: string
}

export interface Calibration {
  /** Of the library as it is now, or as it was a moment ago while the change is worked in; undefined before the first. */
  current(): Statistics | undefined
  /** How strange a query is cannot be told yet in this library under the model in use, and soon will be known. */
  pending(): boolean
  /** Whether the model in use was trained on this image, by its file's or its samples' SHA-256. */
  taught(...sha256: readonly string[]): boolean
  health(): Health
}
