/**
 * Retrieval figures of ranked queries (shared wording: docs/results.md). Precision at k is the share of the k nearest
 * with the query's finding, hit whether there is at least one, map the mean average precision over the whole
 * ranking, vote the majority finding of the nearest 11 against the truth.
 */
import type { Evaluation } from '@shared/domain/evaluation.js'
import { seeded } from '../seeded.js'
import { wilson } from '../measuring/wilson.js'

export const VOTE_K = 11
const RESAMPLES = 1000
const SEED = 20
/** Queries or groups looked at between two rests, a few ms. */
const SLICE = 20_000

export type QueryResult = {
  /** What the query carries: one finding or several. */
  truths: readonly string[]
  /** Patient, where known: the bootstrap draws whole patients. Otherwise any key of its own. */
  group: string
  /** By k. */
  precision: Record<string, number>
  hit: Record<string, number>
  averagePrecision: number
  vote: boolean
}

export type Figures = Pick<Evaluation, 'precisionAt' | 'hitAt' | 'map' | 'vote' | 'perClass' | 'interval95'>

/**
 * @param same whether the r-th nearest carries the query's finding, the whole ranking, best first
 * @param nearest findings of the nearest {@link VOTE_K}, all of each
 */
export function judge(
  truths: readonly string[],
  group: string,
  same: readonly boolean[],
  nearest: readonly string[],
  ks: readonly number[],
): QueryResult {
  let found = 0
  let sum = 0
  const foundAt: number[] = []
  same.forEach((isSame, r) => {
    if (isSame) sum += ++found / (r + 1)
    foundAt.push(found)
  })
  const at = (k: number): number => foundAt[Math.min(k, same.length) - 1] ?? 0
  return {
    truths,
    group,
    precision: Object.fromEntries(
      ks.map((k) => [k, same.length === 0 ? 0 : at(k) / Math.min(k, same.length)]),
    ),
    hit: Object.fromEntries(ks.map((k) => [k, at(k) > 0 ? 1 : 0])),
    averagePrecision: found === 0 ? 0 : sum / found,
    vote: truths.includes(majority(nearest) ?? ''),
  }
}

/**
 * Normalised discounted cumulative gain of the first k, relevance 0 or 1 (Järvelin and Kekäläinen 2002): the sum of
 * 1 / log2(rank + 1) over relevant ranks, divided by what the best order would give.
 * @param same whether the r-th nearest is relevant, best first
 * @param relevant how many relevant images there are in all
 */
export function ndcg(same: readonly boolean[], relevant: number, k: number): number {
  const gain = (rank: number): number => 1 / Math.log2(rank + 1)
  let best = 0
  for (let rank = 1; rank <= Math.min(k, relevant); rank++) best += gain(rank)
  if (best === 0) return 0
  return same.slice(0, k).reduce((sum, isSame, r) => sum + (isSame ? gain(r + 1) : 0), 0) / best
}

/** The most frequent; of equally frequent ones the one that occurs first, hence nearest. */
export function majority(findings: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const finding of findings) counts.set(finding, (counts.get(finding) ?? 0) + 1)
  let best: string | undefined
  for (const [finding, count] of counts) if (count > (counts.get(best ?? '') ?? 0)) best = finding
  return best
}

/** Means over queries, per class of the truth (a query of several is one of each), with percentile bootstrap intervals over patients. */
export function figuresOf(results: readonly QueryResult[], ks: readonly number[]): Figures {
  const all = means(results, ks)
  const perClass: Figures['perClass'] = {}
  for (const truth of [...new Set(results.flatMap(({ truths }) => truths))].sort()) {
    const own = results.filter(({ truths }) => truths.includes(truth))
    const { precisionAt, hitAt, map, vote } = means(own, ks)
    perClass[truth] = { queries: own.length, precisionAt, hitAt, map, vote, interval95: intervals(own, ks) }
  }
  return {
    precisionAt: all.precisionAt,
    hitAt: all.hitAt,
    map: all.map,
    vote: { k: VOTE_K, accuracy: all.vote },
    perClass,
    interval95: intervals(results, ks),
  }
}

function intervals(results: readonly QueryResult[], ks: readonly number[]): Record<string, [number, number]> {
  return Object.fromEntries(ks.map((k) => [k, bootstrap(results, (result) => result.precision[k] as number)]))
}

function means(
  results: readonly QueryResult[],
  ks: readonly number[],
): { precisionAt: Record<string, number>; hitAt: Record<string, number>; map: number; vote: number } {
  const mean = (value: (result: QueryResult) => number): number =>
    results.reduce((sum, result) => sum + value(result), 0) / results.length
  return {
    precisionAt: Object.fromEntries(ks.map((k) => [k, mean((result) => result.precision[k] as number)])),
    hitAt: Object.fromEntries(ks.map((k) => [k, mean((result) => result.hit[k] as number)])),
    map: mean((result) => result.averagePrecision),
    vote: mean((result) => Number(result.vote)),
  }
}

type Grouped = Pick<QueryResult, 'group'>

/** 95 % interval of a mean over queries: {@link RESAMPLES} draws of whole groups with replacement, seeded. */
export function bootstrap<R extends Grouped>(
  results: readonly R[],
  value: (result: R) => number,
): [number, number] {
  const resampling = resample(results, value)
  for (;;) {
    const { done, value: interval } = resampling.next()
    if (done) return interval
  }
}

/** {@link bootstrap} of many queries, for whoever must not hold the event loop up. @param rest awaited between slices */
export async function restingBootstrap<R extends Grouped>(
  results: readonly R[],
  value: (result: R) => number,
  rest: () => Promise<void>,
): Promise<[number, number]> {
  const resampling = resample(results, value)
  for (;;) {
    const { done, value: interval } = resampling.next()
    if (done) return interval
    await rest()
  }
}

/** Gives way after each {@link SLICE} that were looked at. */
function* resample<R extends Grouped>(
  results: readonly R[],
  value: (result: R) => number,
): Generator<undefined, [number, number]> {
  const groups = new Map<string, { sum: number; count: number }>()
  for (const [i, result] of results.entries()) {
    if (i % SLICE === SLICE - 1) yield
    const group = groups.get(result.group)
    if (group === undefined) groups.set(result.group, { sum: value(result), count: 1 })
    else {
      group.sum += value(result)
      group.count++
    }
  }
  const drawn = [...groups.values()]
  yield
  // All alike: every resample is, too, and would claim certainty from however few. Groups are then counted as trials.
  const [first] = results
  const only = first && value(first)
  if ((only === 0 || only === 1) && results.every((result) => value(result) === only)) {
    const { low, high } = wilson(only * drawn.length, drawn.length)
    return [low, high]
  }
  const next = seeded(SEED)
  const draws: number[] = []
  const atOnce = Math.max(1, Math.floor(SLICE / drawn.length))
  while (draws.length < RESAMPLES) {
    let sum = 0
    let count = 0
    for (let i = 0; i < drawn.length; i++) {
      const group = drawn[Math.floor(next() * drawn.length)] as { sum: number; count: number }
      sum += group.sum
      count += group.count
    }
    draws.push(sum / count)
    if (draws.length % atOnce === 0) yield
  }
  draws.sort((a, b) => a - b)
  return [quantile(draws, 0.025), quantile(draws, 0.975)]
}

/** Linear between order statistics, as NumPy's default. `sorted` ascending, not empty. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)] as number
  const high = sorted[Math.ceil(at)] as number
  return low + (high - low) * (at - Math.floor(at))
}
