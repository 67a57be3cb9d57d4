/** Each case of the library taken out in turn and searched for among the rest, without holding anybody up. */
import type { Library, MeasuredRow } from '../../ports/library.js'
import type { VectorIndex } from '../../ports/vectorIndex.js'
import { patientOf } from '../patientOf.js'
import { seeded } from '../seeded.js'
import { isAside } from '../searching/filters.js'
import type { TrainingImages } from '../trainingImages.js'
import { NEAR_DUPLICATE } from './bounds.js'

/** A case's image with what decides whether it may be asked and whom it leaves out; of very many, so no more than that. */
export type Case = Omit<MeasuredRow, 'file' | 'sha256' | 'pixelSha256' | 'patientId'> & {
  patient?: string
  /** The model was trained on this very image: it is never asked, only found. */
  taught: boolean
  /** No frontal chest: neither asked nor found, as in a search. */
  aside: boolean
}
export type Neighbour = { of: Case; score: number }
/** One case taken out. `others`: nearest cases of other patients that are no copies, each case once. */
export type LeftOut = { own: Case; others: Neighbour[]; copies: Neighbour[]; nearest?: Neighbour }

const PAGE = 500
/** Searched for at once. FAISS turns to matrix products from 20 queries on: 32 take it as long as 7 asked one by one. */
const AT_ONCE = 32
/** In a library so large they take 50 ms, for which a search of the user's would wait; in larger ones cases are asked singly. */
const MOST_AT_ONCE_IN = 200_000
/** Fetched for each: most of a case's own patient and copies are among them, and ten others remain. */
const FETCHED = 40
const SEED = 30

/** Facts of every image of the model, read in pages between turns of the event loop. */
export async function casesOf(
  library: Library,
  modelId: string,
  training: TrainingImages,
  signal: AbortSignal,
): Promise<Map<number, Case>> {
  const cases = new Map<number, Case>()
  for (let after = 0; ;) {
    await new Promise((resolve) => setImmediate(resolve))
    signal.throwIfAborted()
    const page = library.measuredPage(modelId, after, PAGE)
    for (const { file, sha256, pixelSha256, patientId, ...row } of page) {
      const patient = patientOf(patientId, file)
      const taught = training.has(sha256) || training.has(pixelSha256)
      cases.set(row.key, {
        ...row,
        taught,
        aside: isAside(row.view),
        ...(patient === undefined ? {} : { patient }),
      })
      after = row.key
    }
    if (page.length < PAGE) return cases
  }
}

/**
 * Takes out at most `most` cases in an order drawn with a fixed seed, so that the first few hundred already speak for
 * all.
 * @param rest between batches, for as long as others want the index; absent where somebody waits for this
 */
export async function* leaveOneOut(
  library: Library,
  index: VectorIndex,
  dimension: number,
  cases: ReadonlyMap<number, Case>,
  most: number,
  signal: AbortSignal,
  rest?: () => Promise<void>,
): AsyncGenerator<LeftOut[]> {
  const order = drawn([...cases.keys()], most)
  const batch = rest !== undefined && cases.size > MOST_AT_ONCE_IN ? 1 : AT_ONCE
  for (let at = 0; at < order.length;) {
    const keys = order.slice(at, at + batch)
    const { keys: found, scores } = await index.searchMany(library.vectorsOfKeys(keys, dimension), FETCHED)
    signal.throwIfAborted()
    const width = found.length / keys.length
    yield keys.map((key, i) => {
      const own = cases.get(key) as Case
      const ranked = Array.from({ length: width }, (_, j) => ({
        key: found[i * width + j] as number,
        score: scores[i * width + j] as number,
      }))
      return { own, ...apart(ranked, own, cases) }
    })
    at += keys.length
    await rest?.()
    signal.throwIfAborted()
  }
}

/** Neighbours sorted into those that count and those that do not. */
function apart(
  ranked: readonly { key: number; score: number }[],
  own: Case,
  cases: ReadonlyMap<number, Case>,
): Omit<LeftOut, 'own'> {
  const seen = new Set<string>([own.caseId])
  const others: Neighbour[] = []
  const copies: Neighbour[] = []
  let nearest: Neighbour | undefined
  for (const { key, score } of ranked) {
    const of = cases.get(key)
    if (of === undefined || of.aside || seen.has(of.caseId)) continue
    seen.add(of.caseId)
    nearest ??= { of, score }
    if (score >= NEAR_DUPLICATE) copies.push({ of, score })
    else if (own.patient === undefined || of.patient !== own.patient) others.push({ of, score })
  }
  return { others, copies, ...(nearest === undefined ? {} : { nearest }) }
}

/** At most `most` of them, in an order drawn with a fixed seed. */
export function drawn<T>(all: readonly T[], most: number): T[] {
  const next = seeded(SEED)
  const order = [...all]
  const count = Math.min(most, order.length)
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor(next() * (order.length - at))
    const one = order[at] as T
    order[at] = order[other] as T
    order[other] = one
  }
  return order.slice(0, count)
}
