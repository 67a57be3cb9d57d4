/**
 * Embeddings by content, kept across runs: one file a model, records of key (32 bytes), the first 8 bytes of the hashes of
 * file and samples (zero where there is no file), vector (float32) and CRC-32.
 * Derived data: a damaged or foreign file is thrown away.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'

const KEY_BYTES = 32
const HASH_BYTES = 8
const CRC_BYTES = 4
/** About half a million embeddings of 128 numbers; then the file starts anew. */
const FILE_BYTES = 256 * 1024 * 1024

/** `content`: first 16 hex digits of the hashes of the file and of the stored samples. */
export type Kept = { vector: Float32Array; content: readonly string[] }
const NO_HASH = '0'.repeat(HASH_BYTES * 2)

export class EmbeddingCache {
  readonly #path: string
  readonly #dimension: number
  readonly #kept = new Map<string, Kept>()
  #fresh: Buffer[] = []

  private constructor(path: string, dimension: number) {
    this.#path = path
    this.#dimension = dimension
  }

  /** @param folder userData/cache; made when the first vectors are saved */
  static async open(folder: string, modelSha256: string, dimension: number): Promise<EmbeddingCache> {
    const cache = new EmbeddingCache(join(folder, `embeddings-${modelSha256.slice(0, 32)}-2.bin`), dimension)
    const bytes = await readFile(cache.#path).catch(() => undefined)
    if (bytes !== undefined && !cache.#read(bytes)) await rm(cache.#path, { force: true })
    return cache
  }

  get(key: string): Kept | undefined {
    return this.#kept.get(key)
  }

  set(key: string, kept: Kept): void {
    if (this.#kept.has(key)) return
    this.#kept.set(key, kept)
    const { vector, content } = kept
    const body = Buffer.concat([
      Buffer.from(key, 'hex'),
      ...[0, 1].map((at) => Buffer.from(content[at] ?? NO_HASH, 'hex')),
      Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength),
    ])
    const check = Buffer.alloc(CRC_BYTES)
    check.writeUInt32LE(crc32(body))
    this.#fresh.push(body, check)
  }

  /** Appends what is new. The cache may be lost at any time, so a full disk is no error here. */
  async save(): Promise<void> {
    const fresh = Buffer.concat(this.#fresh)
    this.#fresh = []
    if (fresh.length === 0) return
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
      const handle = await open(this.#path, 'a', 0o600)
      try {
        if ((await handle.stat()).size + fresh.length > FILE_BYTES) await handle.truncate(0)
        await handle.appendFile(fresh)
      } finally {
        await handle.close()
      }
    } catch {
      await rm(this.#path, { force: true }).catch(() => undefined)
    }
  }

  #read(bytes: Buffer): boolean {
    const record = KEY_BYTES + 2 * HASH_BYTES + this.#dimension * 4 + CRC_BYTES
    for (let at = 0; at + record <= bytes.length; at += record) {
      const body = bytes.subarray(at, at + record - CRC_BYTES)
      if (crc32(body) !== bytes.readUInt32LE(at + record - CRC_BYTES)) return false
      const vector = new Float32Array(this.#dimension)
      const vectorAt = KEY_BYTES + 2 * HASH_BYTES
      Buffer.from(vector.buffer).set(body.subarray(vectorAt))
      const hashes = body.toString('hex', KEY_BYTES, vectorAt)
      const content = [hashes.slice(0, HASH_BYTES * 2), hashes.slice(HASH_BYTES * 2)].filter(
        (hash) => hash !== NO_HASH,
      )
      this.#kept.set(body.toString('hex', 0, KEY_BYTES), { vector, content })
    }
    return bytes.length % record === 0
  }
}

/** Key of one image: what it is made of, and what was done to it before the encoder. */
export function cacheKey(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}
