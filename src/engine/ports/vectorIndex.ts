/** The index of embeddings (adapters: index). Services depend on this port, adapters implement it, createEngine joins them; units and shapes are part of it. */

/** Inner-product index over unit vectors; `key` is the embedding's row id in the store. */
export interface VectorIndex {
  readonly size: number
  readonly kind: string
  /** k best keys, descending score; ties by ascending key. `allow` restricts to a set of keys. */
  search(
    vector: Float32Array,
    k: number,
    allow?: ReadonlySet<number>,
  ): Promise<{ keys: Float64Array; scores: Float32Array }>
  /**
   * The k best keys of each of several vectors (count * dimension), row by row: far cheaper than one by one. Ties are
   * in no order. `keys` and `scores` hold count rows of equal length, k or the index's size.
   */
  searchMany(vectors: Float32Array, k: number): Promise<{ keys: Float64Array; scores: Float32Array }>
  add(keys: readonly number[], vectors: Float32Array): Promise<void>
  remove(keys: readonly number[]): Promise<void>
}
/** The index of an open library, kept in step with its database and, from some size on, in a snapshot. */
export interface StoredIndex extends VectorIndex {
  /** Bytes of the snapshot on disk. */
  readonly bytes: number
  /** Writes a snapshot when something changed; a failure costs only time at the next start. */
  saveQuietly(): Promise<void>
  /** Builds the index anew from the database, whatever was there. */
  rebuild(): Promise<void>
  /** Builds it anew where it is not what the database says. True when it did. */
  repair(): Promise<boolean>
}
