/**
 * Whether the shares point at what the encoder really used: parts of the query are taken away in the order of their
 * shares and the score is measured again (deletion and insertion; Petsiuk, Das, Saenko: RISE, BMVC 2018).
 *
 * What stands in for a part is itself a picture of something: flat grey reads like an opacity, so greying lung never makes
 * a chest look clearer (missingness bias; Jain et al., ICLR 2022). So parts are taken away in two ways and the curves are averaged:
 * greyed, and exchanged for the same parts of a typical case with another finding (as in Goyal et al., Counterfactual Visual
 * Explanations, ICML 2019).
 */
import type { DisplayImage } from '../../ports/decoding.js'
import type { ImageEncoder } from '../../ports/models.js'
import { cosine } from '../../vectors.js'
import { seeded } from '../seeded.js'
import { exchanged, flat, reduced, stretched } from './standIn.js'

/** Points of each curve between the whole image and none of it. */
const STEPS = 8
const RANDOM_ORDERS = 3
/** The encoder works on far fewer pixels than a radiograph has: the copies are made at this size. */
const SIDE = 256

/** A score and the shares that are to be checked. */
export type Explained = {
  readonly display: DisplayImage
  /** A typical case with another finding; absent where the library has none, then parts are only greyed. */
  readonly counterpart: DisplayImage | undefined
  readonly grid: readonly [number, number]
  /** Of the grid's cells, row by row. */
  readonly shares: readonly number[]
  /** Unit embedding of the case, or of the words. */
  readonly other: Float32Array
}

/**
 * Areas under three curves, each the mean score over the steps and over the ways of taking a part away, in cosine units:
 * - `deletion`: the patches with the highest shares taken first. Faithful shares make it lower than `random`.
 * - `insertion`: they are the first to come back. Faithful shares make it higher than `random`.
 * - `random`: taken in random order, mean of three seeded orders; by symmetry it serves both.
 */
export async function fidelityOf(
  encoder: ImageEncoder,
  { display, counterpart, grid, shares, other }: Explained,
  signal: AbortSignal,
): Promise<{ deletion: number; insertion: number; random: number }> {
  const image = reduced(display, SIDE)
  const standIns = [flat(image), ...(counterpart === undefined ? [] : [stretched(counterpart, image)])]
  const curve = async (order: readonly number[], standIn: DisplayImage): Promise<number> => {
    const copies = Array.from({ length: STEPS }, (_, step) =>
      exchanged(image, standIn, grid, order.slice(0, Math.round(((step + 0.5) / STEPS) * order.length))),
    )
    const encoded = await encoder.encode(copies)
    signal.throwIfAborted()
    return encoded.reduce((sum, { embedding }) => sum + cosine(embedding, other), 0) / STEPS
  }
  const best = shares.map((_, cell) => cell).sort((a, b) => (shares[b] as number) - (shares[a] as number))
  // What is kept of the best first is what is taken of the worst first.
  const worst = [...best].reverse()
  const total = { deletion: 0, insertion: 0, random: 0 }
  for (const standIn of standIns) {
    total.deletion += await curve(best, standIn)
    total.insertion += await curve(worst, standIn)
    for (let seed = 1; seed <= RANDOM_ORDERS; seed++)
      total.random += (await curve(shuffled(best.length, seed), standIn)) / RANDOM_ORDERS
  }
  return {
    deletion: total.deletion / standIns.length,
    insertion: total.insertion / standIns.length,
    random: total.random / standIns.length,
  }
}

/** A permutation of 0..n-1, the same for the same seed. */
function shuffled(n: number, seed: number): number[] {
  const order = Array.from({ length: n }, (_, i) => i)
  const next = seeded(seed)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[order[i], order[j]] = [order[j] as number, order[i] as number]
  }
  return order
}
