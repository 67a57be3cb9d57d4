/** The one ranking path: search, evaluation and calibration all go through it. */
import type { VectorIndex } from '../ports/vectorIndex.js'

export type Ranked = { key: number; score: number }

/**
 * The k nearest by cosine, best first; equal scores by ascending key.
 * @param vector unit length
 * @param allow keys that may appear; all when absent
 */
export async function rank(
  index: VectorIndex,
  vector: Float32Array,
  k: number,
  allow?: ReadonlySet<number>,
): Promise<Ranked[]> {
  const most = Math.min(k, allow === undefined ? index.size : allow.size)
  if (most === 0) return []
  const { keys, scores } = await index.search(vector, most, allow)
  return Array.from(keys, (key, i) => ({ key, score: scores[i] as number }))
}
