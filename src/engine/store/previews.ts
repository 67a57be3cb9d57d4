/**
 * Small pictures of the originals, `previews/ab/<sha256 of the original>/<rows>x<columns>-<checksum>.jpg`.
 * Derived: the folder may be deleted at any time, and a picture whose checksum differs is made again. The checksum is of
 * the original's name and the size, too, so that no image can show the picture of another or one out of shape.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import {
  FILE_MODE,
  makeFolder,
  readRegular,
  removeFile,
  removeTree,
  temporaryName,
} from '../../node/files.js'
import { sha256Of } from './objects.js'
import { isMissing } from '../../node/storageErrors.js'

export type Preview = { mime: 'image/jpeg' | 'image/png'; bytes: Uint8Array; rows: number; columns: number }

const NAME = /^(\d{1,6})x(\d{1,6})-([0-9a-f]{16})\.(jpg|png)$/
const SHARD = /^[0-9a-f]{2}$/
const ORIGINAL = /^[0-9a-f]{64}$/
/** Larger than any preview. */
const MOST_BYTES = 256 * 1024 * 1024
/** A stored picture serves a request it fills to this share; a smaller one would look soft. */
const FILLS = 0.75

export class PreviewStore {
  readonly #folder: string
  constructor(folder: string) {
    this.#folder = folder
  }

  /** @param longSide the original's longer side in pixels: a preview never needs more */
  get(sha256: string, maxSide: number, longSide: number): Preview | undefined {
    const folder = this.#folderOf(sha256)
    const wanted = Math.min(maxSide, longSide)
    const candidates = listNames(folder)
      .map(parseName)
      .filter((each) => each !== undefined)
      .filter((each) => each.side <= maxSide && each.side >= wanted * FILLS)
      .sort((a, b) => b.side - a.side)
    for (const each of candidates) {
      const bytes = readRegular(path.join(folder, each.name), MOST_BYTES)
      if (bytes && checksumOf(sha256, each, bytes) === each.checksum)
        return { mime: each.mime, bytes, rows: each.rows, columns: each.columns }
      removeTree(path.join(folder, each.name))
    }
    return undefined
  }

  save(sha256: string, preview: Preview): void {
    const folder = this.#folderOf(sha256)
    makeFolder(folder)
    const checksum = checksumOf(sha256, preview, preview.bytes)
    const ending = preview.mime === 'image/png' ? 'png' : 'jpg'
    const target = path.join(folder, `${preview.rows}x${preview.columns}-${checksum}.${ending}`)
    const temporary = temporaryName(target)
    // Not synced: a picture lost with the power is made again.
    fs.writeFileSync(temporary, preview.bytes, { mode: FILE_MODE })
    fs.renameSync(temporary, target)
  }

  remove(sha256: string): void {
    removeTree(this.#folderOf(sha256))
  }

  /** Originals that have pictures. Nothing else is named: whoever asks may remove what no case needs. */
  *originals(): Generator<string> {
    for (const shard of listNames(this.#folder)) {
      const folder = path.join(this.#folder, shard)
      if (!SHARD.test(shard) || fs.lstatSync(folder).isSymbolicLink()) continue
      yield* listNames(folder).filter((name) => ORIGINAL.test(name) && name.startsWith(shard))
    }
  }

  #folderOf(sha256: string): string {
    return path.join(this.#folder, sha256.slice(0, 2), sha256)
  }
}

function parseName(name: string) {
  const match = NAME.exec(name)
  if (!match) return undefined
  const [, rows, columns, checksum, ending] = match
  const mime = ending === 'png' ? ('image/png' as const) : ('image/jpeg' as const)
  const size = { rows: Number(rows), columns: Number(columns) }
  return { name, ...size, side: Math.max(size.rows, size.columns), checksum: checksum ?? '', mime }
}

function listNames(folder: string): string[] {
  try {
    return fs.readdirSync(folder)
  } catch (error) {
    if (isMissing(error)) return []
    // A file where the folder should be: derived, so it gives way.
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') {
      removeFile(folder)
      return []
    }
    throw error
  }
}

function checksumOf(
  original: string,
  { rows, columns }: { rows: number; columns: number },
  bytes: Uint8Array,
): string {
  return sha256Of(Buffer.concat([Buffer.from(`${original} ${rows}x${columns}\n`), bytes])).slice(0, 16)
}
