/** Bytes behind a place, within the decode process: files, archive entries; open archives are kept for the next item. */
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import { archiveKey, openArchive, type Archive } from './archive.js'
import { readStack, type ImageStack } from './npz.js'
import type { ArchiveAt, Place } from './protocol.js'

/** The error code of a failed file call. */
export function fileError(path: string, error: unknown): HilumError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const options = { detail: `${String(code)}: ${path}`, cause: error }
  if (code === 'ENOENT' || code === 'ENOTDIR') return new HilumError('FILE_NOT_FOUND', undefined, options)
  return new HilumError('FILE_UNREADABLE', undefined, options)
}

/** A pipe or device would block or never end: looked at before it is opened. */
function checkFacts(path: string, facts: { isFile(): boolean; size: number }): void {
  if (!facts.isFile())
    throw new HilumError('FILE_UNREADABLE', 'This is not a regular file.', { detail: path })
  if (facts.size > LIMITS.fileBytes) throw new HilumError('FILE_TOO_LARGE')
}

/** A whole regular file. @throws HilumError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_TOO_LARGE */
export async function readFileSafely(path: string): Promise<Uint8Array> {
  try {
    checkFacts(path, await stat(path))
    const file = await open(path, 'r')
    try {
      const data = await file.readFile()
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw error instanceof HilumError ? error : fileError(path, error)
  }
}

/**
 * The same at once, for a decode process: it does one job at a time, so nobody waits, and each of the four calls
 * through the thread pool costs more than reading a small image.
 */
function readFileHere(path: string): Uint8Array {
  try {
    checkFacts(path, statSync(path))
    const file = openSync(path, 'r')
    try {
      const data = readFileSync(file)
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw error instanceof HilumError ? error : fileError(path, error)
  }
}

/** Archives open at once: a study's ZIP and an NPZ's; more would be the caller going back and forth. */
const KEPT = 2
type Kept = { key: string; archive: Archive; stacks: Map<string, Promise<ImageStack>> }

export class Sources {
  readonly #held = new Map<number, Uint8Array>()
  #open: Kept[] = []

  hold(number: number, bytes: Uint8Array): void {
    this.#held.set(number, bytes)
  }
  drop(number: number): void {
    this.#held.delete(number)
    this.#open = this.#open.filter((kept) => {
      if (kept.key !== `held:${number}`) return true
      kept.archive.close()
      return false
    })
  }

  async #archive(at: ArchiveAt): Promise<Kept> {
    let key: string
    if ('path' in at) {
      try {
        key = await archiveKey(at.path)
      } catch (error) {
        throw fileError(at.path, error)
      }
    } else key = `held:${at.held}`
    const found = this.#open.find((kept) => kept.key === key)
    if (found) return found
    const bytes = 'held' in at ? this.#held.get(at.held) : undefined
    if ('held' in at && !bytes) throw new HilumError('QUERY_GONE')
    const archive = await openArchive('path' in at ? at : { bytes: bytes as Uint8Array })
    const kept: Kept = { key, archive, stacks: new Map() }
    this.#open.push(kept)
    while (this.#open.length > KEPT) this.#open.shift()?.archive.close()
    return kept
  }

  /** Images of an NPZ split, unpacked once. */
  async stack(at: ArchiveAt, split: string): Promise<ImageStack> {
    const { archive, stacks } = await this.#archive(at)
    let stack = stacks.get(split)
    if (!stack) {
      stack = readStack(archive, split)
      stacks.clear()
      stacks.set(split, stack)
    }
    return stack
  }

  async bytes(place: Exclude<Place, { kind: 'npzRow' }>): Promise<Uint8Array> {
    if (place.kind === 'bytes') return place.bytes
    if (place.kind === 'file') return readFileHere(place.path)
    const { archive } = await this.#archive(place.archive)
    return archive.read(place.entry)
  }
}
