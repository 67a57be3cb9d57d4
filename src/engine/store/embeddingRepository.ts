/** Embeddings: float32 little-endian, one row an image and model; the row's key is the vector index's key. */
import type { Database } from 'better-sqlite3'
import { HilumError } from '@shared/errors.js'

type VectorRecord = { embeddingKey: number; vector: Buffer }

const FLOAT_BYTES = 4

export class EmbeddingRepository {
  readonly #db: Database
  readonly #statements
  readonly #models = new Map<string, { modelKey: number; dimension: number }>()
  constructor(db: Database) {
    this.#db = db
    this.#statements = {
      model: db.prepare<[string], { modelKey: number; dimension: number }>(
        'SELECT modelKey, dimension FROM models WHERE modelId = ?',
      ),
      models: db.prepare<[], { modelId: string; dimension: number }>('SELECT modelId, dimension FROM models'),
      insertModel: db.prepare('INSERT INTO models (modelId, dimension) VALUES (?, ?)'),
      removeOfModel: db.prepare('DELETE FROM embeddings WHERE modelKey = ?'),
      insert: db.prepare('INSERT INTO embeddings (imageKey, modelKey, vector) VALUES (?, ?, ?)'),
      noteRemoved: db.prepare(
        `INSERT INTO removedVectors (embeddingKey, modelKey, vectorSequence)
         SELECT embeddingKey, modelKey, ? FROM embeddings WHERE imageKey = ?`,
      ),
      removed: db.prepare<[number, number], { embeddingKey: number }>(
        'SELECT embeddingKey FROM removedVectors WHERE modelKey = ? AND vectorSequence > ?',
      ),
      forgetRemoved: db.prepare('DELETE FROM removedVectors WHERE vectorSequence <= ?'),
      count: db.prepare<[number], { n: number }>('SELECT count(*) AS n FROM embeddings WHERE modelKey = ?'),
      after: db.prepare<[number, number, number], VectorRecord>(
        `SELECT embeddingKey, vector FROM embeddings NOT INDEXED
         WHERE embeddingKey > ? AND modelKey = ? ORDER BY embeddingKey LIMIT ?`,
      ),
      ofImage: db.prepare<[number, number], { vector: Buffer }>(
        'SELECT vector FROM embeddings WHERE modelKey = ? AND imageKey = ?',
      ),
      byKey: db.prepare<[number], { vector: Buffer }>('SELECT vector FROM embeddings WHERE embeddingKey = ?'),
      imageOfKey: db.prepare<[number], { imageKey: number }>(
        'SELECT imageKey FROM embeddings WHERE embeddingKey = ?',
      ),
      ofCase: db.prepare<[number, number], VectorRecord>(
        `SELECT e.embeddingKey, e.vector FROM images i JOIN embeddings e ON e.imageKey = i.imageKey
         WHERE i.caseKey = ? AND e.modelKey = ? ORDER BY e.embeddingKey`,
      ),
      keysOfImage: db.prepare<[number], { embeddingKey: number }>(
        'SELECT embeddingKey FROM embeddings WHERE imageKey = ?',
      ),
      imagesWithout: db.prepare<[number, number], { imageKey: number }>(
        `SELECT imageKey FROM images WHERE NOT EXISTS
           (SELECT 1 FROM embeddings e WHERE e.imageKey = images.imageKey AND e.modelKey = ?)
         ORDER BY imageKey LIMIT ?`,
      ),
    }
  }

  /** @throws MODEL_FAILED when the model's embeddings in this library have another length */
  modelKeyFor(modelId: string, dimension: number): number {
    const known = this.#statements.model.get(modelId)
    if (!known) return Number(this.#statements.insertModel.run(modelId, dimension).lastInsertRowid)
    if (known.dimension !== dimension)
      throw new HilumError('MODEL_FAILED', undefined, {
        detail: `embedding of ${dimension} numbers, the library's have ${known.dimension}`,
      })
    return known.modelKey
  }

  model(modelId: string): { modelKey: number; dimension: number } | undefined {
    const cached = this.#models.get(modelId)
    if (cached) return cached
    const known = this.#statements.model.get(modelId)
    if (known) this.#models.set(modelId, known)
    return known
  }

  modelIds(): string[] {
    return this.#statements.models.all().map((each) => each.modelId)
  }

  /** Removes all embeddings of a model; its next ones may have another length. Returns how many there were. */
  removeModel(modelId: string): number {
    const model = this.#statements.model.get(modelId)
    if (!model) return 0
    const { changes } = this.#statements.removeOfModel.run(model.modelKey)
    this.#db.prepare('DELETE FROM models WHERE modelKey = ?').run(model.modelKey)
    this.#models.delete(modelId)
    return changes
  }

  insert(imageKey: number, modelKey: number, embedding: Float32Array): number {
    return Number(this.#statements.insert.run(imageKey, modelKey, bytesOf(embedding)).lastInsertRowid)
  }

  /** Before an image is deleted: its keys are kept for indexes that still hold them. */
  noteRemoved(imageKey: number, vectorSequence: number): void {
    this.#statements.noteRemoved.run(vectorSequence, imageKey)
  }

  /** Keys removed after a snapshot's vector sequence. */
  removedSince(modelId: string, vectorSequence: number): number[] {
    const model = this.model(modelId)
    if (!model) return []
    return this.#statements.removed.all(model.modelKey, vectorSequence).map((each) => each.embeddingKey)
  }

  forgetRemovedUntil(vectorSequence: number): void {
    this.#statements.forgetRemoved.run(vectorSequence)
  }

  count(modelId: string): number {
    const model = this.model(modelId)
    return model ? (this.#statements.count.get(model.modelKey)?.n ?? 0) : 0
  }

  /** At most `limit` vectors with keys above `afterKey`, in key order. */
  page(modelId: string, afterKey: number, limit: number): { keys: Float64Array; vectors: Float32Array } {
    const model = this.model(modelId)
    if (!model) return { keys: new Float64Array(0), vectors: new Float32Array(0) }
    const rows = this.#statements.after.all(afterKey, model.modelKey, limit)
    return packed(rows, model.dimension)
  }

  all(modelId: string): { keys: Float64Array; vectors: Float32Array; dimension: number } {
    const dimension = this.model(modelId)?.dimension ?? 0
    const { keys, vectors } = this.page(modelId, 0, -1)
    return { keys, vectors, dimension }
  }

  ofImage(imageKey: number, modelId: string): Float32Array | undefined {
    const model = this.model(modelId)
    const row = model && this.#statements.ofImage.get(model.modelKey, imageKey)
    return row ? floatsOf(row.vector, model.dimension) : undefined
  }

  /** Vectors of keys, in the order asked; a missing key is a row of zeros. */
  ofKeys(keys: readonly number[], dimension: number): Float32Array {
    const vectors = new Float32Array(keys.length * dimension)
    keys.forEach((key, at) => {
      const row = this.#statements.byKey.get(key)
      if (row) vectors.set(floatsOf(row.vector, dimension), at * dimension)
    })
    return vectors
  }

  /** Keys and vectors of a case's images. */
  ofCase(caseKey: number, modelId: string): { key: number; vector: Float32Array }[] {
    const model = this.model(modelId)
    if (!model) return []
    return this.#statements.ofCase
      .all(caseKey, model.modelKey)
      .map(({ embeddingKey, vector }) => ({ key: embeddingKey, vector: floatsOf(vector, model.dimension) }))
  }

  imageKeyOf(embeddingKey: number): number | undefined {
    return this.#statements.imageOfKey.get(embeddingKey)?.imageKey
  }

  keysOfImage(imageKey: number): number[] {
    return this.#statements.keysOfImage.all(imageKey).map((each) => each.embeddingKey)
  }

  /** Images that have no embedding of a model yet. */
  imagesWithout(modelId: string, limit: number): number[] {
    const modelKey = this.model(modelId)?.modelKey ?? 0
    return this.#statements.imagesWithout.all(modelKey, limit).map((each) => each.imageKey)
  }
}

function bytesOf(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
}

function floatsOf(bytes: Buffer, dimension: number): Float32Array {
  const vector = new Float32Array(dimension)
  const length = Math.min(bytes.byteLength, dimension * FLOAT_BYTES)
  new Uint8Array(vector.buffer).set(bytes.subarray(0, length))
  return vector
}

function packed(rows: readonly VectorRecord[], dimension: number) {
  const keys = new Float64Array(rows.length)
  const vectors = new Float32Array(rows.length * dimension)
  const bytes = new Uint8Array(vectors.buffer)
  rows.forEach((row, at) => {
    keys[at] = row.embeddingKey
    const length = Math.min(row.vector.byteLength, dimension * FLOAT_BYTES)
    bytes.set(row.vector.subarray(0, length), at * dimension * FLOAT_BYTES)
  })
  return { keys, vectors }
}
