/** The index of an open library: from its snapshot where that is sound, otherwise from the database. */
import { HilumError, problemOf } from '@shared/errors.js'
import { folderBytes } from '../../node/files.js'
import type { StoredIndex } from '../ports/vectorIndex.js'
import { FaissIndex } from './faissIndex.js'
import type { FaissThread } from './faissThread.js'
import {
  SnapshotOvertaken,
  readSnapshot,
  removeSnapshots,
  writeSnapshot,
  type VectorSource,
} from './snapshot.js'

const PAGE = 4096
/** Fewer vectors than this are built from the database as fast as from a file: they get no snapshot. */
const SNAPSHOT_FROM = 2000

export class LibraryIndex implements StoredIndex {
  readonly kind: string
  readonly modelId: string
  readonly #source: VectorSource
  readonly #thread: FaissThread
  readonly #snapshotFrom: number
  #index: FaissIndex
  /** The last writer in a row: mutations and snapshots follow one another. */
  #tail: Promise<unknown> = Promise.resolve()
  #vectorSequence: number
  #maxKey: number
  #unsaved: boolean

  private constructor(
    source: VectorSource,
    modelId: string,
    thread: FaissThread,
    loaded: Loaded,
    snapshotFrom: number,
  ) {
    this.#snapshotFrom = snapshotFrom
    this.#source = source
    this.#thread = thread
    this.modelId = modelId
    this.#index = loaded.index
    this.kind = loaded.index.kind
    this.#vectorSequence = loaded.vectorSequence
    this.#maxKey = loaded.maxKey
    this.#unsaved = loaded.unsaved
  }

  /**
   * Opens the index of a model's embeddings.
   * @throws ENGINE_FAILED where FAISS cannot be loaded
   */
  static async open(
    source: VectorSource,
    modelId: string,
    dimension: number,
    thread: FaissThread,
    snapshotFrom = SNAPSHOT_FROM,
  ) {
    const loaded =
      (await fromSnapshot(source, modelId, dimension, thread)) ??
      (await fromDatabase(source, modelId, dimension, thread, snapshotFrom))
    const index = new LibraryIndex(source, modelId, thread, loaded, snapshotFrom)
    if (!source.readOnly && loaded.unsaved) await index.saveQuietly()
    return index
  }

  get size(): number {
    return this.#index.size
  }

  get bytes(): number {
    return folderBytes(this.#source.indexFolder)
  }

  async search(vector: Float32Array, k: number, allow?: ReadonlySet<number>) {
    // Another process writes what this one only reads.
    if (this.#source.readOnly && this.#source.vectorSequence !== this.#vectorSequence)
      await this.#inRow(() => this.#catchUp())
    return this.#index.search(vector, k, allow)
  }

  searchMany(vectors: Float32Array, k: number) {
    return this.#index.searchMany(vectors, k)
  }

  /** Keys and vectors of a batch that was committed already. */
  async add(keys: readonly number[], vectors: Float32Array): Promise<void> {
    await this.#inRow(async () => {
      await this.#index.add(keys, vectors)
      this.#maxKey = keys.reduce((max, key) => Math.max(max, key), this.#maxKey)
      this.#mutated()
    })
  }

  /** Keys of cases that were deleted already. Snapshots that still hold their vectors go at once. */
  async remove(keys: readonly number[]): Promise<void> {
    await this.#inRow(async () => {
      await this.#index.remove(keys)
      this.#mutated()
      removeSnapshots(this.#source.indexFolder)
    })
  }

  /** Writes a snapshot when something changed since the last one. */
  async save(): Promise<void> {
    if (this.#source.readOnly || !this.#unsaved || this.#index.size < this.#snapshotFrom) return
    await this.#inRow(async () => {
      this.#unsaved = false
      await writeSnapshot(this.#source, this.modelId, this.#index.dimension)
    })
  }

  /** The same where a failure costs only time at the next start: the database has everything. */
  async saveQuietly(): Promise<void> {
    try {
      await this.save()
    } catch (error) {
      this.#unsaved = true
      if (
        !(error instanceof SnapshotOvertaken) &&
        problemOf(error).code === 'INTERNAL' &&
        !isFileError(error)
      )
        throw error
    }
  }

  /** Builds the index and its snapshot anew from the database, whatever was there. */
  async rebuild(): Promise<void> {
    await this.#inRow(() => this.#build())
  }

  /** Builds it anew where its size or its snapshot is not what the database says. True when it did. */
  async repair(): Promise<boolean> {
    const { modelId } = this
    return await this.#inRow(async () => {
      if (this.#source.readOnly) return false
      const complete = this.#index.size === this.#source.vectorCount(modelId)
      const sound =
        this.#index.size < this.#snapshotFrom ||
        this.#unsaved ||
        readSnapshot(this.#source, modelId, this.#index.dimension) !== undefined
      if (complete && sound) return false
      await this.#build()
      return true
    })
  }

  /** Runs `work` while nothing of this index reads or writes the library. */
  pausedFor<T>(work: () => Promise<T>): Promise<T> {
    return this.#inRow(async () => {
      removeSnapshots(this.#source.indexFolder)
      const value = await work()
      // The database is another one now: nothing of this index may be written beside it.
      this.#unsaved = false
      return value
    })
  }

  async #build(): Promise<void> {
    removeSnapshots(this.#source.indexFolder)
    const loaded = await fromDatabase(
      this.#source,
      this.modelId,
      this.#index.dimension,
      this.#thread,
      this.#snapshotFrom,
    )
    const old = this.#index
    this.#index = loaded.index
    this.#vectorSequence = loaded.vectorSequence
    this.#maxKey = loaded.maxKey
    this.#unsaved = loaded.unsaved
    await old.close()
  }

  /** Closes without a snapshot: another model's index has taken this one's place. */
  async discard(): Promise<void> {
    await this.#inRow(() => this.#index.close())
  }

  async close(): Promise<void> {
    await this.saveQuietly()
    await this.#inRow(() => this.#index.close())
  }

  #mutated(): void {
    this.#vectorSequence = this.#source.vectorSequence
    this.#unsaved = true
  }

  async #catchUp(): Promise<void> {
    const vectorSequence = this.#source.vectorSequence
    await this.#index.remove(this.#source.removedSince(this.modelId, this.#vectorSequence))
    this.#maxKey = await addAfter(this.#source, this.modelId, this.#index, this.#maxKey)
    this.#vectorSequence = vectorSequence
  }

  #inRow<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#tail.then(work, work)
    this.#tail = next.catch(() => undefined)
    return next
  }
}

type Loaded = { index: FaissIndex; vectorSequence: number; maxKey: number; unsaved: boolean }

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

async function addAfter(source: VectorSource, modelId: string, index: FaissIndex, afterKey: number) {
  let maxKey = afterKey
  for (;;) {
    const page = source.vectorPage(modelId, maxKey, PAGE)
    if (page.keys.length === 0) return maxKey
    await index.add([...page.keys], page.vectors)
    maxKey = page.keys.at(-1) ?? maxKey
  }
}

const optionsFor = (source: VectorSource, dimension: number) => ({
  fetchVectors: (keys: readonly number[]) => source.vectorsOfKeys(keys, dimension),
})

async function fromSnapshot(
  source: VectorSource,
  modelId: string,
  dimension: number,
  thread: FaissThread,
): Promise<Loaded | undefined> {
  const vectorSequence = source.vectorSequence
  const snapshot = readSnapshot(source, modelId, dimension)
  if (!snapshot) return undefined
  const { manifest, vectorsFile, keys } = snapshot
  let index: FaissIndex
  try {
    index = await FaissIndex.load(thread, dimension, vectorsFile, keys, optionsFor(source, dimension))
  } catch (error) {
    // FAISS itself may be missing; that is no fault of the snapshot and shows again when building.
    if (error instanceof HilumError) return undefined
    throw error
  }
  await index.remove(source.removedSince(modelId, manifest.vectorSequence))
  const before = index.size
  const maxKey = await addAfter(source, modelId, index, manifest.maxKey)
  if (index.size !== source.vectorCount(modelId)) {
    await index.close()
    return undefined
  }
  const caughtUp = index.size !== before || before !== manifest.count
  return { index, vectorSequence, maxKey, unsaved: caughtUp }
}

async function fromDatabase(
  source: VectorSource,
  modelId: string,
  dimension: number,
  thread: FaissThread,
  snapshotFrom: number,
): Promise<Loaded> {
  const vectorSequence = source.vectorSequence
  const count = source.vectorCount(modelId)
  if (!source.readOnly && count >= snapshotFrom) {
    try {
      await writeSnapshot(source, modelId, dimension)
      const written = await fromSnapshot(source, modelId, dimension, thread)
      if (written) return written
    } catch (error) {
      // A full or failing disk: the slower way below needs no file.
      if (!isFileError(error) && !(error instanceof SnapshotOvertaken)) throw error
    }
  }
  const index = await FaissIndex.create(thread, dimension, optionsFor(source, dimension))
  const maxKey = await addAfter(source, modelId, index, 0)
  return { index, vectorSequence, maxKey, unsaved: true }
}
