/**
 * Is the evidence honest? What would be said of each case is set against what it carried: once the bare share of its
 * neighbours ("9 of 10" as 90 %), once the calibrated share, worked out without the case's own fifth of the patients.
 */
import type { Reliability } from '@shared/domain/measuring.js'
import { LEAST, NEIGHBOURS } from './bounds.js'
import { inSlices } from './inSlices.js'
import { Shares, type Vote } from './shares.js'
import { wilson } from './wilson.js'

const FOLDS = 5
const BINS = 10

/** What was stated set against what was carried, in ten equal bins. */
class Bins {
  readonly #bins = Array.from({ length: BINS }, () => ({ n: 0, stated: 0, carried: 0 }))
  #n = 0

  get n(): number {
    return this.#n
  }

  add(stated: number, carried: boolean): void {
    const bin = this.#bins[Math.min(BINS - 1, Math.floor(stated * BINS))]
    if (bin === undefined) return
    this.#n++
    bin.n++
    bin.stated += stated
    if (carried) bin.carried++
  }

  /** With the expected calibration error: mean distance of stated from observed, weighted by their cases. */
  figures(): Reliability['before'] {
    const bins = this.#bins
      .filter(({ n }) => n > 0)
      .map(({ n, stated, carried }) => ({
        n,
        stated: stated / n,
        observed: carried / n,
        ...wilson(carried, n),
      }))
    const error = bins.reduce(
      (sum, { n, stated, observed }) => sum + (n / this.#n) * Math.abs(stated - observed),
      0,
    )
    return { error, bins }
  }
}

/**
 * Of the finding that most neighbours carry, which is the one the window speaks of.
 * @param rest awaited between slices of some 10 ms
 * @returns undefined below n = 30
 */
export async function reliabilityOf(
  votes: readonly Vote[],
  rest: () => Promise<void>,
): Promise<Reliability | undefined> {
  const folds = Array.from({ length: FOLDS }, () => new Shares())
  await inSlices(votes, rest, (vote) => {
    folds.forEach((fold, at) => {
      if (at !== foldOf(vote.group)) fold.add(vote)
    })
  })
  const before = new Bins()
  const after = new Bins()
  await inSlices(votes, rest, (vote) => {
    if (!vote.headline) return
    const share = (folds[foldOf(vote.group)] as Shares).of(vote.finding, vote.count, NEIGHBOURS)
    if (share === undefined) return
    before.add(vote.count / NEIGHBOURS, vote.carried)
    after.add(share.sameLabel, vote.carried)
  })
  if (after.n < LEAST) return undefined
  return { n: after.n, before: before.figures(), after: after.figures() }
}

/** A whole patient is in one fold. */
function foldOf(group: string): number {
  let hash = 7
  for (let i = 0; i < group.length; i++) hash = (Math.imul(hash, 31) + group.charCodeAt(i)) >>> 0
  return (hash >>> 8) % FOLDS
}
