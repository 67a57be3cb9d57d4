/** The figures that a search reads: shares with their interval, closeness, and how strange a query is. */
import type { Hit } from '@shared/domain.js'
import type { Query, Share, Statistics, Strangeness } from '../calibrationPort.js'
import { quantile } from '../evaluation/metrics.js'
import { pValueAmong, type AppearanceReference } from './appearanceReference.js'
import { LEAST } from './bounds.js'
import { Shares } from './shares.js'
import { nearestFew, type Tally } from './tally.js'

/**
 * How the error of 5 % is shared among the ways of being strange (weighted Bonferroni): their smallest weighted p-value
 * is one for all of them together. The model's own distance gets little: it was taught two labels, not what is foreign.
 */
const WEIGHTS = { unlike: 0.7, misplaced: 0.15, far: 0.15 }

export class LibraryStatistics implements Statistics {
  readonly note?: string
  readonly #shares: Shares
  readonly #gate: Float64Array
  readonly #appearance: AppearanceReference | undefined
  readonly #bounds: readonly [number, number, number] | undefined

  /** @param note why no share is given, where something went wrong */
  constructor(tally: Tally, appearance: AppearanceReference | undefined, note?: string) {
    this.#shares = new Shares(tally.votes)
    this.#gate = Float64Array.from(tally.gate).sort()
    this.#appearance = appearance
    const kind = tally.nearest.fresh.length >= LEAST ? 'fresh' : 'taught'
    const nearest = [...tally.nearest[kind]].sort((a, b) => a - b)
    const near = [...tally.near[kind]].sort((a, b) => a - b)
    if (nearest.length >= LEAST)
      this.#bounds = [quantile(nearest, 0.5), quantile(near, 0.5), quantile(near, 0.05)]
    if (note !== undefined) this.note = note
    else if (tally.fresh < LEAST)
      this.note = `It is not said how often such cases carried the same label: ${
        tally.fresh === 0 ? 'no case' : tally.fresh === 1 ? 'only 1 case' : `only ${tally.fresh} cases`
      } here ${tally.fresh > 1 ? 'were' : 'was'} new to the model, and it takes 30.`
  }

  closeness(score: number): Hit['closeness'] {
    if (this.#bounds === undefined) return undefined
    const [veryClose, close, near] = this.#bounds
    if (score >= veryClose) return 'very close'
    if (score >= close) return 'close'
    return score >= near ? 'near' : 'distant'
  }

  share(finding: string, count: number, of: number): Share | undefined {
    return this.#shares.of(finding, count, of)
  }

  strangeness({ scores, appearance, patient }: Query): Strangeness | undefined {
    const far =
      this.#gate.length < LEAST || scores.length === 0
        ? undefined
        : pValueAmong(this.#gate, nearestFew(scores))
    const seen =
      appearance === undefined || this.#appearance === undefined
        ? undefined
        : this.#appearance.of(appearance, patient)
    if (seen === undefined) return far === undefined ? undefined : { pValue: far, why: 'far' }
    const shared = far === undefined ? WEIGHTS.unlike + WEIGHTS.far : WEIGHTS.unlike
    const ways = [
      ['unlike', seen.unlike / shared],
      ['misplaced', seen.misplaced / WEIGHTS.misplaced],
      ['far', far === undefined ? 1 : far / WEIGHTS.far],
    ] as const
    const [why, pValue] = ways.reduce((least, way) => (way[1] < least[1] ? way : least))
    return {
      pValue: Math.min(1, pValue),
      why,
      ...(seen.looks === undefined ? {} : { looks: seen.looks }),
    }
  }
}
