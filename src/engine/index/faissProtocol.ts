/** What the FAISS thread is asked and answers. Indexes are named by number; keys are the store's embedding keys. */

export type FaissRequest =
  | { op: 'create'; index: number; dimension: number }
  /** Reads a flat index file; `keys[i]` belongs to the file's row i. */
  | { op: 'load'; index: number; dimension: number; file: string; keys: Float64Array }
  | { op: 'add'; index: number; keys: Float64Array; vectors: Float32Array }
  | { op: 'remove'; index: number; keys: Float64Array }
  | { op: 'search'; index: number; vector: Float32Array; k: number; allow?: AllowedKeys }
  /** Many vectors at once, row by row; no order among equal scores. */
  | { op: 'searchMany'; index: number; vectors: Float32Array; k: number }
  /** Ranks the given vectors only, by a flat index of their own. */
  | { op: 'rank'; vector: Float32Array; k: number; keys: Float64Array; vectors: Float32Array }
  | { op: 'drop'; index: number }

/** A set of keys, sent once and spoken of by its number afterwards. */
export type AllowedKeys = { id: number; keys?: Float64Array }

export type Ranking = { keys: Float64Array; scores: Float32Array }
export type FaissAnswer = { size: number } | Ranking

export type FaissMessage = { id: number; request: FaissRequest }
export type FaissReply =
  | { id: number; ok: true; value: FaissAnswer }
  | { id: number; ok: false; reason: string; missingAllow?: true }
  /** The addon does not load: nothing will ever work in this thread. */
  | { fatal: string }
