/** The figures that a search reads: shares with their interval, closeness, and how strange a query is. */
import type { Reliability } from '@shared/domain/measuring.js'
import type { Hit } from '@shared/domain/search.js'
import type { Query, Share, Statistics, Strangeness } from '../calibrationPort.js'
import { quantile } from '../evaluation/metrics.js'
import { AppearanceReference, pValueAmong, type KeptAppearance } from './appearanceReference.js'
import { LEAST, MOST_CALIBRATION_ERROR } from './bounds.js'
import { numbersOf, packed } from './packedNumbers.js'
import { Shares, type KeptShares } from './shares.js'
import { nearestFew, type Tally } from './tally.js'

/**
 * How the error of 5 % is shared among the ways of being strange (weighted Bonferroni): their smallest weighted p-value
 * is one for both together. The model's own distance gets little: it was taught two labels, not what is foreign.
 */
const WEIGHTS = { seen: 0.85, far: 0.15 }

type Bounds = readonly [veryClose: number, close: number, near: number]
type Parts = {
  shares: Shares
  /** Ascending. */
  gate: Float64Array
  bounds: Bounds | undefined
  note: string | undefined
  appearance: AppearanceReference | undefined
}
/** As they are kept on disk. */
export type KeptFigures = {
  shares: KeptShares
  gate: string
  bounds?: Bounds
  note?: string
  appearance?: KeptAppearance
}

export class LibraryStatistics implements Statistics {
  readonly note?: string
  readonly #shares: Shares
  readonly #gate: Float64Array
  readonly #appearance: AppearanceReference | undefined
  readonly #bounds: Bounds | undefined

  private constructor({ shares, gate, bounds, note, appearance }: Parts) {
    this.#shares = shares
    this.#gate = gate
    this.#appearance = appearance
    this.#bounds = bounds
    if (note !== undefined) this.note = note
  }

  /**
   * @param reliability of the same tally: shares that do not hold in their own library are not given
   * @param failed why no share is given, where something went wrong
   */
  static of(
    tally: Tally,
    appearance: AppearanceReference | undefined,
    reliability?: Reliability,
    failed?: string,
  ): LibraryStatistics {
    const error = reliability?.after.error ?? 0
    const doubt = error > MOST_CALIBRATION_ERROR ? doubtful(error) : undefined
    const note = failed ?? doubt ?? (tally.fresh < LEAST ? tooFew(tally.fresh) : undefined)
    const kind = tally.nearest.fresh.length >= LEAST ? 'fresh' : 'taught'
    const nearest = new Float64Array(tally.nearest[kind]).sort()
    const near = new Float64Array(tally.near[kind]).sort()
    return new LibraryStatistics({
      shares: Shares.kept(doubt === undefined ? tally.shares.keep() : []),
      gate: new Float64Array(tally.gate).sort(),
      appearance,
      bounds:
        nearest.length < LEAST
          ? undefined
          : [quantile(nearest, 0.5), quantile(near, 0.5), quantile(near, 0.05)],
      note,
    })
  }

  /** From what {@link keep} gave. */
  static kept({ shares, gate, bounds, note, appearance }: KeptFigures): LibraryStatistics {
    return new LibraryStatistics({
      shares: Shares.kept(shares),
      gate: numbersOf(gate),
      bounds,
      note,
      appearance: appearance === undefined ? undefined : AppearanceReference.kept(appearance),
    })
  }

  /** All of it, to be written as JSON. */
  keep(): KeptFigures {
    return {
      shares: this.#shares.keep(),
      gate: packed(this.#gate),
      ...(this.#bounds === undefined ? {} : { bounds: this.#bounds }),
      ...(this.note === undefined ? {} : { note: this.note }),
      ...(this.#appearance === undefined ? {} : { appearance: this.#appearance.keep() }),
    }
  }

  get gates(): boolean {
    return this.#appearance !== undefined || this.#gate.length >= LEAST
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
    if (far === undefined) return seen
    const weighted = seen.pValue / WEIGHTS.seen
    const distant = far / WEIGHTS.far
    return distant < weighted
      ? { ...seen, pValue: Math.min(1, distant), why: 'far' }
      : { ...seen, pValue: Math.min(1, weighted) }
  }
}

function doubtful(error: number): string {
  return `What would be stated here does not hold in this library's own check (off by ${Math.round(error * 100)} %), so it is not said how often such cases carried the same label.`
}

function tooFew(fresh: number): string {
  const cases = fresh === 0 ? 'no case' : fresh === 1 ? 'only 1 case' : `only ${fresh} cases`
  return `It is not said how often such cases carried the same label: ${cases} here ${
    fresh > 1 ? 'were' : 'was'
  } new to the model, and it takes 30.`
}
