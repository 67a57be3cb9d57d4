/** Original files, kept under the SHA-256 of their content: `objects/ab/abcd…`. Written once, never changed. */
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { promisify } from 'node:util'
import { HilumError } from '@shared/errors.js'
import {
  FILE_MODE,
  isTemporaryName,
  makeFolder,
  openRegular,
  removeFile,
  removeLeftOvers,
  sha256OfHandle,
  sizeOf,
  syncFolder,
  temporaryName,
  writeFileAtomic,
} from '../../node/files.js'
import { guarded, guardedAsync } from '../../node/storageErrors.js'

const SHA256 = /^[0-9a-f]{64}$/
/** Writes under way at once while staging: more gain nothing over the disk's own queue. */
const STAGING_WRITERS = 8

/** Up to here a file goes to the system's cache without a wait worth naming. */
const SMALL_BYTES = 64 * 1024

export type StagedObject = { sha256: string; bytes: Uint8Array }

/** SHA-256 in lower-case hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export class ObjectStore {
  readonly #folder: string
  readonly #names = new WeakMap<Uint8Array, string>()
  constructor(folder: string) {
    this.#folder = folder
  }

  /** The name of an original, which nobody changes: hashed when it is staged, not again when it is added. */
  nameOf(original: Uint8Array): string {
    const known = this.#names.get(original)
    if (known !== undefined) return known
    const name = sha256Of(original)
    this.#names.set(original, name)
    return name
  }

  /** Makes the 256 folders at once: one by one each would have to be made durable before its first file. */
  prepare(): void {
    guarded(() => {
      makeFolder(this.#folder)
      let made = false
      for (let shard = 0; shard < 256; shard += 1) {
        const folder = path.join(this.#folder, shard.toString(16).padStart(2, '0'))
        if (fs.existsSync(folder)) continue
        makeFolder(folder)
        made = true
      }
      if (made) syncFolder(this.#folder)
    })
  }

  /** Where an object lies or would lie. */
  pathOf(sha256: string): string {
    if (!SHA256.test(sha256)) throw new TypeError('not a SHA-256')
    return path.join(this.#folder, sha256.slice(0, 2), sha256)
  }

  /**
   * Where an object is to be read from. A link was not put there by Hilum: what it leads to is not shown as a case's.
   * @throws STORAGE_FAILED
   */
  placeOf(sha256: string): string {
    const place = this.pathOf(sha256)
    if (fs.lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true)
      throw new HilumError('STORAGE_FAILED', 'The original file of this image is a link to another place.')
    return place
  }

  has(sha256: string, bytes: number): boolean {
    return sizeOf(this.pathOf(sha256)) === bytes
  }

  /** Makes an object durable; does nothing when it is there. */
  put(sha256: string, bytes: Uint8Array): void {
    if (this.has(sha256, bytes.byteLength)) return
    const target = this.pathOf(sha256)
    guarded(() => {
      this.#makeShard(path.dirname(target))
      writeFileAtomic(target, bytes)
    })
  }

  /** Makes many objects durable at once: syncing in parallel is several times faster than one by one. */
  async stage(objects: readonly StagedObject[]): Promise<void> {
    const wanted = [...new Map(objects.map((each) => [each.sha256, each])).values()].filter(
      (each) => !this.has(each.sha256, each.bytes.byteLength),
    )
    const shards = new Set(wanted.map((each) => path.dirname(this.pathOf(each.sha256))))
    await guardedAsync(async () => {
      for (const shard of shards) this.#makeShard(shard)
      await inParallel(wanted, STAGING_WRITERS, (each) => this.#stageOne(each))
      await inParallel([...shards], STAGING_WRITERS, syncFolderLater)
    })
  }

  /** Removes an object; nothing when it is gone already. */
  remove(sha256: string): void {
    guarded(() => removeFile(this.pathOf(sha256)))
  }

  /** Every object's name and size; temporary files left by a crash are removed on the way. */
  *walk(removeTemporary: boolean): Generator<{ sha256: string; bytes: number }> {
    if (!fs.existsSync(this.#folder)) return
    for (const shard of fs.readdirSync(this.#folder, { withFileTypes: true })) {
      if (!shard.isDirectory()) continue
      const folder = path.join(this.#folder, shard.name)
      for (const name of fs.readdirSync(folder)) {
        const full = path.join(folder, name)
        if (isTemporaryName(name) && removeTemporary) removeFile(full)
        if (SHA256.test(name) && name.startsWith(shard.name)) yield { sha256: name, bytes: sizeOf(full) ?? 0 }
      }
    }
  }

  #makeShard(folder: string): void {
    if (fs.existsSync(folder)) return
    makeFolder(folder)
    syncFolder(this.#folder)
  }

  async #stageOne(object: StagedObject): Promise<void> {
    const target = this.pathOf(object.sha256)
    const temporary = temporaryName(target)
    try {
      if (object.bytes.byteLength <= SMALL_BYTES) await writeSmall(temporary, object.bytes)
      else await writeLarge(temporary, object.bytes)
      await fs.promises.rename(temporary, target)
    } catch (error) {
      removeLeftOvers(temporary)
      throw error
    }
  }
}

const sync = promisify(fs.fsync)

/** Only the waiting for the disk leaves this thread: for a small file the way there and back is most of the work. */
async function writeSmall(file: string, bytes: Uint8Array): Promise<void> {
  const handle = fs.openSync(file, 'wx', FILE_MODE)
  try {
    fs.writeFileSync(handle, bytes)
    await sync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

async function writeLarge(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await fs.promises.open(file, 'wx', FILE_MODE)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncFolderLater(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await fs.promises.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Runs `work` over all items, at most `width` at once; the first failure is thrown after all have ended. */
async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  const lanes = Array.from({ length: Math.min(width, items.length) }, async () => {
    while (next < items.length) {
      const item = items[next]
      next += 1
      if (item !== undefined) await work(item)
    }
  })
  const ended = await Promise.allSettled(lanes)
  for (const lane of ended) if (lane.status === 'rejected') throw lane.reason
}

/** True when the object's content still is what its name says. */
export function objectIsIntact(file: string, sha256: string): boolean {
  const handle = openRegular(file)
  if (handle === undefined) return false
  try {
    return sha256OfHandle(handle) === sha256
  } finally {
    fs.closeSync(handle)
  }
}
