/**
 * One flat inner-product index of FAISS with the keys of its rows. Lives in the FAISS thread only. Exact, and
 * deterministic where FAISS is not: equal scores are ordered by ascending key, also across the k-th place.
 */
import type { IndexFlatIP } from 'faiss-node'
import type { Ranking } from './faissProtocol.js'

export type FaissModule = { IndexFlatIP: typeof IndexFlatIP }

/** Extra places fetched, so that ties at the k-th place rarely need a second search. */
const SPARE = 16
/** FAISS looks each stored row up in the whole list of rows to remove: short lists keep that quick. */
const REMOVE_AT_ONCE = 256

export class FlatIndex {
  #index: IndexFlatIP
  #keys: Float64Array
  #size = 0
  readonly #dimension: number

  constructor(faiss: FaissModule, dimension: number, loaded?: { file: string; keys: Float64Array }) {
    this.#dimension = dimension
    this.#keys = new Float64Array(0)
    if (!loaded) {
      this.#index = new faiss.IndexFlatIP(dimension)
      return
    }
    this.#index = faiss.IndexFlatIP.read(loaded.file)
    if (this.#index.getDimension() !== dimension || this.#index.ntotal() !== loaded.keys.length)
      throw new Error('the index file does not fit its keys')
    this.#keys = loaded.keys
    this.#size = loaded.keys.length
  }

  get size(): number {
    return this.#size
  }

  add(keys: Float64Array, vectors: Float32Array): void {
    if (vectors.length !== keys.length * this.#dimension) throw new Error('vectors do not fit their keys')
    if (keys.length === 0) return
    this.#index.add(Array.from(vectors))
    if (this.#size + keys.length > this.#keys.length) {
      const grown = new Float64Array(Math.max(1024, (this.#size + keys.length) * 1.25))
      grown.set(this.#keys.subarray(0, this.#size))
      this.#keys = grown
    }
    this.#keys.set(keys, this.#size)
    this.#size += keys.length
  }

  /** Removes by key; unknown keys are left out. FAISS closes the gaps in order, and so do the keys. */
  remove(keys: Float64Array): void {
    const unwanted = new Set(keys)
    const rows: number[] = []
    for (let row = 0; row < this.#size; row += 1) if (unwanted.has(this.#keys[row] ?? 0)) rows.push(row)
    // From the end, so that the rows still to be removed keep their places.
    for (let end = rows.length; end > 0; end -= REMOVE_AT_ONCE)
      this.#index.removeIds(rows.slice(Math.max(0, end - REMOVE_AT_ONCE), end))
    let kept = 0
    for (let row = 0; row < this.#size; row += 1) {
      const key = this.#keys[row] ?? 0
      if (unwanted.has(key)) continue
      this.#keys[kept] = key
      kept += 1
    }
    this.#size = kept
    if (this.#index.ntotal() !== kept) throw new Error('FAISS and the keys disagree after a removal')
  }

  search(vector: Float32Array, k: number, allow?: ReadonlySet<number>): Ranking {
    const query = Array.from(vector)
    const wanted = Math.min(k, this.#size, allow?.size ?? Number.POSITIVE_INFINITY)
    if (wanted === 0) return { keys: new Float64Array(0), scores: new Float32Array(0) }
    const share = allow ? this.#size / allow.size : 1
    let fetch = Math.min(this.#size, Math.ceil(wanted * share * (allow ? 1.3 : 1)) + SPARE)
    for (;;) {
      const { distances, labels } = this.#index.search(query, fetch)
      const found = this.#ordered(distances, labels, allow)
      const lastScore = distances[fetch - 1] ?? 0
      const kthScore = found[wanted - 1]?.score
      const complete = fetch === this.#size || (kthScore !== undefined && kthScore > lastScore)
      if (complete) return rankingOf(found.slice(0, wanted))
      fetch = Math.min(this.#size, fetch * 4)
    }
  }

  /** The best k of each row of `vectors`, as FAISS orders them. */
  searchMany(vectors: Float32Array, k: number): Ranking {
    const wanted = Math.min(k, this.#size)
    if (wanted === 0 || vectors.length === 0) return rankingOf([])
    const { distances, labels } = this.#index.search(Array.from(vectors), wanted)
    return {
      keys: Float64Array.from(labels, (row) => this.#keys[row] ?? -1),
      scores: Float32Array.from(distances),
    }
  }

  #ordered(distances: readonly number[], labels: readonly number[], allow: ReadonlySet<number> | undefined) {
    const found: { key: number; score: number }[] = []
    for (let place = 0; place < labels.length; place += 1) {
      const row = labels[place] ?? -1
      const key = this.#keys[row]
      if (row < 0 || key === undefined || (allow && !allow.has(key))) continue
      found.push({ key, score: distances[place] ?? 0 })
    }
    return found.sort((a, b) => b.score - a.score || a.key - b.key)
  }
}

function rankingOf(found: readonly { key: number; score: number }[]): Ranking {
  return {
    keys: Float64Array.from(found, (each) => each.key),
    scores: Float32Array.from(found, (each) => each.score),
  }
}
