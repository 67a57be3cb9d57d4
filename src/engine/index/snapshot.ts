/**
 * Index snapshots: FAISS's file, the keys of its rows and a manifest that says what they are of. Derived: any
 * difference from the manifest or the library makes them worthless, and the index is built from the database.
 */
import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { z } from 'zod'
import {
  FILE_MODE,
  makeFolder,
  readRegular,
  removeFile,
  removeLeftOvers,
  removeTree,
  sha256OfFile,
  syncFolder,
  writeFileAtomic,
} from '../../node/files.js'
import { guarded } from '../../node/storageErrors.js'
import { faissFileBytes, faissHeader } from './faissFile.js'

const MANIFEST = 'snapshot.json'
const PAGE = 8192
const FLOAT64_BYTES = 8
/** Bytes of a manifest: it has a dozen short values. */
const MOST_MANIFEST = 64 * 1024

const partSchema = z.object({
  file: z.string().regex(/^[0-9a-f]{16}\.(faiss|keys)$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().min(0),
})
const manifestSchema = z.object({
  format: z.literal(1),
  epoch: z.string(),
  modelId: z.string(),
  dimension: z.number().int().min(1),
  count: z.number().int().min(0),
  /** The library's vector sequence when the snapshot was begun. */
  vectorSequence: z.number().int().min(0),
  maxKey: z.number().int().min(0),
  vectors: partSchema,
  keys: partSchema,
})
export type SnapshotManifest = z.infer<typeof manifestSchema>

/** What the index reads of a library. */
export interface VectorSource {
  readonly indexFolder: string
  readonly readOnly: boolean
  /** Changes when the database is replaced by another one. */
  readonly epoch: string
  readonly vectorSequence: number
  vectorCount(modelId: string): number
  vectorPage(modelId: string, afterKey: number, limit: number): { keys: Float64Array; vectors: Float32Array }
  vectorsOfKeys(keys: readonly number[], dimension: number): Float32Array
  removedSince(modelId: string, vectorSequence: number): number[]
  forgetRemovedUntil(vectorSequence: number): void
}

export type Snapshot = { manifest: SnapshotManifest; vectorsFile: string; keys: Float64Array }

function isIntact(folder: string, part: z.infer<typeof partSchema>): boolean {
  const file = path.join(folder, part.file)
  const found = fs.lstatSync(file, { throwIfNoEntry: false })
  return found?.isFile() === true && found.size === part.bytes && sha256OfFile(file) === part.sha256
}

/** @returns nothing that parses where there is no such file */
function manifestText(folder: string): string {
  return Buffer.from(readRegular(path.join(folder, MANIFEST), MOST_MANIFEST) ?? []).toString()
}

/** The snapshot of this library and model when it is there and every byte is as its manifest says. */
export function readSnapshot(source: VectorSource, modelId: string, dimension: number): Snapshot | undefined {
  const folder = source.indexFolder
  try {
    const manifest = manifestSchema.parse(JSON.parse(manifestText(folder)))
    const fits =
      manifest.epoch === source.epoch &&
      manifest.modelId === modelId &&
      manifest.dimension === dimension &&
      manifest.vectorSequence <= source.vectorSequence &&
      manifest.vectors.bytes === faissFileBytes(dimension, manifest.count) &&
      manifest.keys.bytes === manifest.count * FLOAT64_BYTES
    if (!fits || !isIntact(folder, manifest.vectors) || !isIntact(folder, manifest.keys)) return undefined
    const bytes = fs.readFileSync(path.join(folder, manifest.keys.file))
    const keys = new Float64Array(manifest.count)
    new Uint8Array(keys.buffer).set(bytes)
    return { manifest, vectorsFile: path.join(folder, manifest.vectors.file), keys }
  } catch {
    // Missing, unreadable or mutilated: derived data, which is then built from the database.
    return undefined
  }
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A file of the snapshot under way: hashed as it is written. */
class Part {
  readonly name: string
  readonly #hash = createHash('sha256')
  readonly #handle: number
  #bytes = 0
  constructor(folder: string, ending: 'faiss' | 'keys') {
    this.name = `${randomBytes(8).toString('hex')}.${ending}`
    this.#handle = fs.openSync(path.join(folder, this.name), 'wx+', FILE_MODE)
  }
  write(bytes: Uint8Array): void {
    fs.writeFileSync(this.#handle, bytes)
    this.#hash.update(bytes)
    this.#bytes += bytes.byteLength
  }
  finish(): z.infer<typeof partSchema> {
    fs.fsyncSync(this.#handle)
    return { file: this.name, sha256: this.#hash.digest('hex'), bytes: this.#bytes }
  }
  close(): void {
    fs.closeSync(this.#handle)
  }
}

const bytesOf = (values: Float32Array | Float64Array) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/**
 * Writes a snapshot from the database, a page at a time so that calls in between are answered; what changes
 * meanwhile is caught up when the snapshot is read. The manifest is replaced last: a crash leaves the old one.
 * @throws file system errors; then the old snapshot is still there
 */
export async function writeSnapshot(source: VectorSource, modelId: string, dimension: number): Promise<void> {
  const folder = source.indexFolder
  makeFolder(folder)
  const vectorSequence = source.vectorSequence
  const epoch = source.epoch
  const count = source.vectorCount(modelId)
  const vectors = new Part(folder, 'faiss')
  const keyPart = new Part(folder, 'keys')
  let written = 0
  let maxKey = 0
  let manifest: SnapshotManifest
  try {
    // The header names the count before the rows are read: rows that vanish meanwhile stop the snapshot.
    vectors.write(faissHeader(dimension, count))
    while (written < count) {
      const page = source.vectorPage(modelId, maxKey, Math.min(PAGE, count - written))
      if (page.keys.length === 0) throw new SnapshotOvertaken()
      vectors.write(bytesOf(page.vectors))
      keyPart.write(bytesOf(page.keys))
      written += page.keys.length
      maxKey = page.keys.at(-1) ?? maxKey
      await nextTurn()
    }
    const parts = { vectors: vectors.finish(), keys: keyPart.finish() }
    manifest = { format: 1, epoch, modelId, dimension, count, vectorSequence, maxKey, ...parts }
  } catch (error) {
    removeLeftOvers(...[vectors, keyPart].map((part) => path.join(folder, part.name)))
    throw error
  } finally {
    vectors.close()
    keyPart.close()
  }
  syncFolder(folder)
  writeFileAtomic(path.join(folder, MANIFEST), JSON.stringify(manifest, null, 2))
  removeOthers(folder, [MANIFEST, manifest.vectors.file, manifest.keys.file])
  source.forgetRemovedUntil(vectorSequence)
}

/** Cases were deleted while the snapshot was written; the next one will be whole. */
export class SnapshotOvertaken extends Error {}

/**
 * Removes every snapshot, before content they hold is deleted for good or the database is replaced.
 * @throws the contract's storage errors
 */
export function removeSnapshots(folder: string): void {
  guarded(() => {
    removeFile(path.join(folder, MANIFEST))
    removeOthers(folder, [])
  })
}

function removeOthers(folder: string, keep: readonly string[]): void {
  if (!fs.existsSync(folder)) return
  for (const name of fs.readdirSync(folder)) if (!keep.includes(name)) removeTree(path.join(folder, name))
}
