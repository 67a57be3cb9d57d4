/**
 * Is the evidence honest? What would be said of each case is set against what it carried: once the bare share of its
 * neighbours ("9 of 10" as 90 %), once the calibrated share, worked out without the case's own fifth of the patients.
 */
import type { Reliability } from '@shared/domain/measuring.js'
import { LEAST, NEIGHBOURS } from './bounds.js'
import { inSlices } from './inSlices.js'
import { Shares } from './shares.js'
import type { Vote } from './tally.js'
import { wilson } from './wilson.js'

const FOLDS = 5
const BINS = 10

type Said = { stated: number; carried: boolean }

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
  const before: Said[] = []
  const after: Said[] = []
  await inSlices(votes, rest, (vote) => {
    if (!vote.headline) return
    const share = (folds[foldOf(vote.group)] as Shares).of(vote.finding, vote.count, NEIGHBOURS)
    if (share === undefined) return
    before.push({ stated: vote.count / NEIGHBOURS, carried: vote.carried })
    after.push({ stated: share.sameLabel, carried: vote.carried })
  })
  if (after.length < LEAST) return undefined
  return {
    n: after.length,
    before: { error: expectedError(before), bins: binsOf(before) },
    after: { error: expectedError(after), bins: binsOf(after) },
  }
}

/** Expected calibration error: mean distance of stated from observed over ten equal bins, weighted by their cases. */
function expectedError(said: readonly Said[]): number {
  let error = 0
  for (const { n, stated, observed } of binsOf(said)) error += (n / said.length) * Math.abs(stated - observed)
  return error
}

function binsOf(said: readonly Said[]): Reliability['before']['bins'] {
  const bins: Said[][] = Array.from({ length: BINS }, () => [])
  for (const one of said) bins[Math.min(BINS - 1, Math.floor(one.stated * BINS))]?.push(one)
  return bins
    .filter((bin) => bin.length > 0)
    .map((bin) => {
      const carried = bin.filter((one) => one.carried).length
      const stated = bin.reduce((sum, one) => sum + one.stated, 0) / bin.length
      return { n: bin.length, stated, observed: carried / bin.length, ...wilson(carried, bin.length) }
    })
}

/** A whole patient is in one fold. */
function foldOf(group: string): number {
  let hash = 7
  for (let i = 0; i < group.length; i++) hash = (Math.imul(hash, 31) + group.charCodeAt(i)) >>> 0
  return (hash >>> 8) % FOLDS
}
