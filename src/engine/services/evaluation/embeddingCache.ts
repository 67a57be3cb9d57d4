/**
 * Embeddings by content, kept across runs: one file a model, records of key (32 bytes), vector (float32) and CRC-32.
 * Derived data: a damaged or foreign file is thrown away.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'

const KEY_BYTES = 32
const CRC_BYTES = 4
/** About half a million embeddings of 128 numbers; then the file starts anew. */
const FILE_BYTES = 256 * 1024 * 1024

export class EmbeddingCache {
  readonly #path: string
  readonly #dimension: number
  readonly #vectors = new Map<string, Float32Array>()
  #fresh: Buffer[] = []

  private constructor(path: string, dimension: number) {
    this.#path = path
    this.#dimension = dimension
  }

  /** @param folder userData/cache; made when the first vectors are saved */
  static async open(folder: string, modelSha256: string, dimension: number): Promise<EmbeddingCache> {
    const cache = new EmbeddingCache(join(folder, `embeddings-${modelSha256.slice(0, 32)}.bin`), dimension)
    const bytes = await readFile(cache.#path).catch(() => undefined)
    if (bytes !== undefined && !cache.#read(bytes)) await rm(cache.#path, { force: true })
    return cache
  }

  get(key: string): Float32Array | undefined {
    return this.#vectors.get(key)
  }

  set(key: string, vector: Float32Array): void {
    if (this.#vectors.has(key)) return
    this.#vectors.set(key, vector)
    const body = Buffer.concat([
      Buffer.from(key, 'hex'),
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
    const record = KEY_BYTES + this.#dimension * 4 + CRC_BYTES
    for (let at = 0; at + record <= bytes.length; at += record) {
      const body = bytes.subarray(at, at + record - CRC_BYTES)
      if (crc32(body) !== bytes.readUInt32LE(at + record - CRC_BYTES)) return false
      const vector = new Float32Array(this.#dimension)
      Buffer.from(vector.buffer).set(body.subarray(KEY_BYTES))
      this.#vectors.set(body.toString('hex', 0, KEY_BYTES), vector)
    }
    return bytes.length % record === 0
  }
}

/** Key of one image: what it is made of, and what was done to it before the encoder. */
export function cacheKey(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}
