/** The few file operations whose order decides whether a crash loses anything. */
import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'

/** Patient data is for its owner's eyes only. */
export const FILE_MODE = 0o600
export const FOLDER_MODE = 0o700

/** Makes a folder (and its parents) readable by its owner only. */
export function makeFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: FOLDER_MODE })
}

/** Makes a rename or unlink inside `folder` durable. Windows has no such call and orders it itself. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

/** A name no other process picks, in the same folder so that the rename is atomic. */
export function temporaryName(target: string): string {
  return `${target}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`
}

/** True for names made by {@link temporaryName}: left over from a crash, safe to remove under the lock. */
export function isTemporaryName(name: string): boolean {
  return /\.\d+\.[0-9a-f]{12}\.tmp$/.test(name)
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/**
 * Removes a file; nothing when it is not there. Not `fs.rmSync`: what that throws since Node 24 names no error code
 * that could be told to anybody.
 */
export function removeFile(file: string): void {
  try {
    fs.unlinkSync(file)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

/** Removes a file or a folder with all that is in it; nothing when it is not there. */
export function removeTree(place: string): void {
  const found = fs.lstatSync(place, { throwIfNoEntry: false })
  if (found?.isDirectory() !== true) return removeFile(place)
  for (const name of fs.readdirSync(place)) removeTree(path.join(place, name))
  try {
    fs.rmdirSync(place)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

/**
 * Removes left-overs after the work itself has ended well or badly: its outcome counts, and what stays is swept when
 * the library opens the next time.
 */
export function removeLeftOvers(...places: readonly string[]): void {
  for (const place of places) {
    try {
      removeTree(place)
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error
    }
  }
}

/** Writes a whole file so that after a crash either the old or the new content is there, never a mixture. */
export function writeFileAtomic(target: string, content: Uint8Array | string): void {
  const temporary = temporaryName(target)
  try {
    const handle = fs.openSync(temporary, 'wx', FILE_MODE)
    try {
      fs.writeFileSync(handle, content)
      fs.fsyncSync(handle)
    } finally {
      fs.closeSync(handle)
    }
    fs.renameSync(temporary, target)
  } catch (error) {
    removeLeftOvers(temporary)
    throw error
  }
  syncFolder(path.dirname(target))
}

/** What a library's folder may hold that is no file of ours: a link elsewhere, a socket, a loop of links. */
const NO_FILE: ReadonlySet<unknown> = new Set(['ENOENT', 'ELOOP', 'ENXIO'])

/**
 * Opens a regular file for reading, and nothing else: a link leads out of the folder, a pipe would block whoever opens it,
 * a device never ends. The caller closes the handle.
 * @returns undefined where there is no regular file
 */
export function openRegular(file: string): number | undefined {
  // Windows knows neither flag; making a link needs a right of its own there.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants as Record<string, number | undefined>
  let handle: number
  try {
    handle = fs.openSync(file, (O_RDONLY ?? 0) | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0))
  } catch (error) {
    if (error instanceof Error && 'code' in error && NO_FILE.has(error.code)) return undefined
    throw error
  }
  try {
    if (fs.fstatSync(handle).isFile()) return handle
  } catch (error) {
    fs.closeSync(handle)
    throw error
  }
  fs.closeSync(handle)
  return undefined
}

/**
 * A whole regular file of at most `most` bytes.
 * @returns undefined where there is none, or a larger one
 */
export function readRegular(file: string, most: number): Uint8Array | undefined {
  const handle = openRegular(file)
  if (handle === undefined) return undefined
  try {
    return fs.fstatSync(handle).size > most ? undefined : fs.readFileSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

const CHUNK = 4 << 20

/** SHA-256 of what is read from an open file's present place on, in lower-case hexadecimal. */
export function sha256OfHandle(handle: number): string {
  const hash = createHash('sha256')
  const chunk = Buffer.alloc(CHUNK)
  for (let read = fs.readSync(handle, chunk); read > 0; read = fs.readSync(handle, chunk))
    hash.update(chunk.subarray(0, read))
  return hash.digest('hex')
}

/** SHA-256 of a whole file, in lower-case hexadecimal. */
export function sha256OfFile(file: string): string {
  const handle = fs.openSync(file, 'r')
  try {
    return sha256OfHandle(handle)
  } finally {
    fs.closeSync(handle)
  }
}

/** Size in bytes, or undefined when there is no such file. */
export function sizeOf(file: string): number | undefined {
  return fs.statSync(file, { throwIfNoEntry: false })?.size
}

/** Bytes of all files below a folder; 0 when it is missing. */
export function folderBytes(folder: string): number {
  if (!fs.existsSync(folder)) return 0
  let total = 0
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name)
    if (entry.isDirectory()) total += folderBytes(full)
    else total += sizeOf(full) ?? 0
  }
  return total
}
