/** The vector index port over the FAISS thread: exact inner product over unit vectors. */
import { HilumError } from '@shared/errors.js'
import type { VectorIndex } from '../ports/vectorIndex.js'
import type { AllowedKeys, FaissAnswer, Ranking } from './faissProtocol.js'
import { AllowSetGone, type FaissThread } from './faissThread.js'

/** Above this many vectors, few allowed ones are ranked by themselves rather than fetched from among all. */
const LARGE = 200_000
const FEW = 4096

export type FaissIndexOptions = {
  /** Vectors of keys from the store (keys.length * dimension), for ranking few of very many. */
  fetchVectors?: (keys: readonly number[]) => Float32Array
}

let nextAllow = 1
const allowIds = new WeakMap<ReadonlySet<number>, { id: number; size: number }>()

/** A set keeps its number as long as it keeps its size; callers do not change a set they have given. */
function allowIdOf(allow: ReadonlySet<number>): { id: number; isNew: boolean } {
  const known = allowIds.get(allow)
  if (known?.size === allow.size) return { id: known.id, isNew: false }
  const id = nextAllow
  nextAllow += 1
  allowIds.set(allow, { id, size: allow.size })
  return { id, isNew: true }
}

export class FaissIndex implements VectorIndex {
  readonly kind = 'IndexFlatIP'
  readonly dimension: number
  readonly #thread: FaissThread
  readonly #name: number
  readonly #options: FaissIndexOptions
  #size = 0

  private constructor(thread: FaissThread, name: number, dimension: number, options: FaissIndexOptions) {
    this.#thread = thread
    this.#name = name
    this.dimension = dimension
    this.#options = options
  }

  /** An empty index. */
  static async create(thread: FaissThread, dimension: number, options: FaissIndexOptions = {}) {
    const index = new FaissIndex(thread, thread.newIndex(), dimension, options)
    await thread.ask({ op: 'create', index: index.#name, dimension })
    return index
  }

  /** Reads a flat index file; `keys[i]` belongs to its row i. The keys move to the FAISS thread as a copy. */
  static async load(
    thread: FaissThread,
    dimension: number,
    file: string,
    keys: Float64Array,
    options: FaissIndexOptions = {},
  ) {
    const index = new FaissIndex(thread, thread.newIndex(), dimension, options)
    index.#take(await thread.ask({ op: 'load', index: index.#name, dimension, file, keys }))
    return index
  }

  get size(): number {
    return this.#size
  }

  async search(vector: Float32Array, k: number, allow?: ReadonlySet<number>): Promise<Ranking> {
    this.#mustFit(vector, 1)
    if (!Number.isInteger(k) || k < 1)
      throw new HilumError('PAYLOAD_INVALID', 'k must be a whole number from 1.')
    if (allow && this.#size > LARGE && allow.size <= FEW && this.#options.fetchVectors) {
      const keys = Float64Array.from(allow)
      const vectors = this.#options.fetchVectors([...allow])
      return rankingOf(await this.#thread.ask({ op: 'rank', vector, k, keys, vectors }))
    }
    const search = (allowed?: AllowedKeys) =>
      this.#thread.ask({
        op: 'search',
        index: this.#name,
        vector,
        k,
        ...(allowed === undefined ? {} : { allow: allowed }),
      })
    if (!allow) return rankingOf(await search())
    const { id, isNew } = allowIdOf(allow)
    const whole = () => ({ id, keys: Float64Array.from(allow) })
    try {
      return rankingOf(await search(isNew ? whole() : { id }))
    } catch (error) {
      if (!(error instanceof HilumError && error.cause instanceof AllowSetGone)) throw error
      return rankingOf(await search(whole()))
    }
  }

  async searchMany(vectors: Float32Array, k: number): Promise<Ranking> {
    this.#mustFit(vectors, vectors.length / this.dimension)
    return rankingOf(await this.#thread.ask({ op: 'searchMany', index: this.#name, vectors, k }))
  }

  async add(keys: readonly number[], vectors: Float32Array): Promise<void> {
    this.#mustFit(vectors, keys.length)
    if (keys.length === 0) return
    this.#take(
      await this.#thread.ask({ op: 'add', index: this.#name, keys: Float64Array.from(keys), vectors }),
    )
  }

  async remove(keys: readonly number[]): Promise<void> {
    if (keys.length === 0) return
    this.#take(await this.#thread.ask({ op: 'remove', index: this.#name, keys: Float64Array.from(keys) }))
  }

  /** Lets FAISS free the vectors. */
  async close(): Promise<void> {
    await this.#thread.ask({ op: 'drop', index: this.#name })
    this.#size = 0
  }

  #take(answer: FaissAnswer): void {
    if ('size' in answer) this.#size = answer.size
  }

  /** FAISS does not look at what it is given: a wrong length reads past the end, a NaN ranks at random. */
  #mustFit(vectors: Float32Array, count: number): void {
    if (vectors.length !== count * this.dimension || !vectors.every(Number.isFinite))
      throw new HilumError('MODEL_FAILED', undefined, {
        detail: `${vectors.length} numbers for ${count} embeddings of ${this.dimension}`,
      })
  }
}

function rankingOf(answer: FaissAnswer): Ranking {
  if (!('keys' in answer)) throw new HilumError('INTERNAL')
  return answer
}
