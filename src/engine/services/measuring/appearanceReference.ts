/**
 * How unlike the library's pictures a picture is, by two figures: its likeness to the nearest few of a sample, and how
 * much better it would fit inverted or turned. A picture is as odd as the odder of its two places among the sample's own
 * pictures, each with its patient left out, and its p-value is its place by that: one conformal p-value for both
 * (Vovk, Gammerman, Shafer: Algorithmic Learning in a Random World, 2005).
 */
import type { Misfit } from '@shared/domain/search.js'
import { cautiousShare } from './cautiousShare.js'
import { numbersOf, packed } from './packedNumbers.js'
import { invertedFraming, turnedFraming, type Appearance } from './appearance.js'
import { LEAST, NEAREST_FEW } from './bounds.js'
import { cosine } from '../../vectors.js'

export type Seen = { appearance: Appearance; patient?: string; caseId: string }
/** As it is kept on disk. */
export type KeptAppearance = {
  sample: { appearance: string[]; patient?: string; caseId: string }[]
  likeness: string
  advantage: string
}
/** `why`: which of the two figures made it odd. */
export type Verdict = { pValue: number; why: 'unlike' | 'misplaced'; looks?: Misfit }
type Own = { likeness: number; advantage: number; atMostLike: number; atMostPlaced: number }

/**
 * Most that is foreign is unlike, and little is misplaced, so with many pictures the second figure gets a small share of
 * the error; with few it would then need to be odder than every one.
 */
const MOST_PLACE_WEIGHT = 5
const PLACE_WEIGHT_GROWS = 100
/** Pictures compared between two turns of the event loop: a few milliseconds. */
const SLICE = 2
const CHANGED: readonly [Misfit, (framing: Float32Array) => Float32Array][] = [
  ['inverted', invertedFraming],
  ['turned left', (framing) => turnedFraming(framing, 1)],
  ['upside down', (framing) => turnedFraming(framing, 2)],
  ['turned right', (framing) => turnedFraming(framing, 3)],
]
const NOTHING = new Float32Array(0)

export class AppearanceReference {
  readonly #sample: readonly Seen[]
  /** Of each of the sample that others can be compared with, and how many of these have as low a figure, itself among them. */
  readonly #own: readonly Own[]
  /** Ascending. */
  readonly #likeness: Float64Array
  readonly #advantage: Float64Array

  private constructor(sample: readonly Seen[], likeness: ArrayLike<number>, advantage: ArrayLike<number>) {
    this.#sample = sample
    this.#likeness = Float64Array.from(likeness).sort()
    this.#advantage = Float64Array.from(advantage).sort()
    this.#own = Array.from(likeness, (like, i) => {
      const placed = advantage[i] as number
      return {
        likeness: like,
        advantage: placed,
        atMostLike: countAtMost(this.#likeness, like),
        atMostPlaced: countAtMost(this.#advantage, placed),
      }
    })
  }

  /**
   * @param rest between slices, so that nobody waits
   * @returns undefined below {@link LEAST} pictures that others can be compared with
   */
  static async of(
    sample: readonly Seen[],
    signal: AbortSignal,
    rest: () => Promise<void>,
  ): Promise<AppearanceReference | undefined> {
    const likeness: number[] = []
    const advantage: number[] = []
    for (let at = 0; at < sample.length; at++) {
      if (at % SLICE === 0) await rest()
      signal.throwIfAborted()
      const one = sample[at] as Seen
      const others = sample.filter(
        ({ caseId, patient }) => caseId !== one.caseId && (patient === undefined || patient !== one.patient),
      )
      if (others.length < NEAREST_FEW) continue
      const own = bestFraming(one.appearance, others)
      likeness.push(own.likeness)
      advantage.push(own.likeness - bestChanged(own.framing, others).likeness)
    }
    return likeness.length < LEAST ? undefined : new AppearanceReference(sample, likeness, advantage)
  }

  static kept({ sample, likeness, advantage }: KeptAppearance): AppearanceReference {
    return new AppearanceReference(
      sample.map((each) => ({
        ...each,
        appearance: each.appearance.map((framing) => Float32Array.from(numbersOf(framing))),
      })),
      numbersOf(likeness),
      numbersOf(advantage),
    )
  }

  keep(): KeptAppearance {
    return {
      sample: this.#sample.map((each) => ({ ...each, appearance: each.appearance.map(packed) })),
      likeness: packed(this.#own.map(({ likeness }) => likeness)),
      advantage: packed(this.#own.map(({ advantage }) => advantage)),
    }
  }

  get size(): number {
    return this.#own.length
  }

  /** What a place by the second figure counts against one by the first. */
  get #placeWeight(): number {
    return Math.min(MOST_PLACE_WEIGHT, Math.max(1, this.size / PLACE_WEIGHT_GROWS))
  }

  /** @param patient left out, as with the own ones */
  of(appearance: Appearance, patient?: string): Verdict {
    const others =
      patient === undefined ? this.#sample : this.#sample.filter((each) => each.patient !== patient)
    const { framing, likeness } = bestFraming(appearance, others)
    const changed = bestChanged(framing, others)
    const advantage = likeness - changed.likeness
    const atMostLike = countAtMost(this.#likeness, likeness)
    const atMostPlaced = countAtMost(this.#advantage, advantage)
    const oddness = Math.min(atMostLike, this.#placeWeight * atMostPlaced)
    // Places are taken among the sample and this picture together: it raises the places of those above it.
    const asOdd = this.#own.filter(
      (own) =>
        Math.min(
          own.atMostLike - 1 + Number(likeness <= own.likeness),
          this.#placeWeight * (own.atMostPlaced - 1 + Number(advantage <= own.advantage)),
        ) <= oddness,
    ).length
    return {
      pValue: cautiousShare(asOdd, this.#own.length),
      why: this.#placeWeight * atMostPlaced < atMostLike ? 'misplaced' : 'unlike',
      // A change is worth naming when the changed picture would be an ordinary one and this one is not.
      ...(changed.likeness > likeness && pValueAmong(this.#likeness, changed.likeness) > 0.05
        ? { looks: changed.looks }
        : {}),
    }
  }
}

/** @param own ascending */
export function pValueAmong(own: Float64Array, value: number): number {
  return (1 + countAtMost(own, value)) / (1 + own.length)
}

/** @param own ascending */
function countAtMost(own: Float64Array, value: number): number {
  let low = 0
  let high = own.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((own[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low
}

/** The framing in which a picture is most like the others: what it would be like changed is asked of that one. */
function bestFraming(
  appearance: Appearance,
  others: readonly Seen[],
): { framing: Float32Array; likeness: number } {
  let best: { framing: Float32Array; likeness: number } = { framing: NOTHING, likeness: -Infinity }
  for (const framing of appearance) {
    const likeness = likenessTo(framing, others)
    if (likeness > best.likeness) best = { framing, likeness }
  }
  return best
}

function bestChanged(framing: Float32Array, others: readonly Seen[]): { likeness: number; looks: Misfit } {
  let best = { likeness: -Infinity, looks: 'inverted' as Misfit }
  for (const [looks, change] of CHANGED) {
    const likeness = likenessTo(change(framing), others)
    if (likeness > best.likeness) best = { likeness, looks }
  }
  return best
}

/** Mean of the {@link NEAREST_FEW} highest cosines, each other picture in the framing that is most alike. */
function likenessTo(framing: Float32Array, others: readonly Seen[]): number {
  const best: number[] = []
  for (const other of others) {
    let most = -Infinity
    for (const theirs of other.appearance) most = Math.max(most, cosine(framing, theirs))
    if (best.length < NEAREST_FEW) best.push(most)
    else if (most > (best[NEAREST_FEW - 1] as number)) best[NEAREST_FEW - 1] = most
    else continue
    best.sort((a, b) => b - a)
  }
  return best.reduce((sum, value) => sum + value, 0) / Math.max(1, best.length)
}
