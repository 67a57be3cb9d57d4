/**
 * One process writes a library. The judge is an exclusive lock the operating system keeps for `library.lock`:
 * it ends with its process, so a dead owner, a reused process id or a container with the same volume cannot
 * hold a library by mistake. `library.owner.json` beside it only tells people who the owner is.
 */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { z } from 'zod'
import { FILE_MODE, readRegular, removeFile, sizeOf, writeFileAtomic } from '../../node/files.js'
import { storageError } from '../../node/storageErrors.js'

const LOCK_FILE = 'library.lock'
const OWNER_FILE = 'library.owner.json'
/** Bytes of it. */
const MOST_OWNER = 64 * 1024

const ownerSchema = z.object({
  pid: z.number().int(),
  host: z.string(),
  /** When the owning process took the library, ISO 8601. */
  since: z.string(),
})
export type LockOwner = z.infer<typeof ownerSchema>

export type LibraryLock = {
  /** An earlier owner ended without closing: left-overs may be there. */
  takenOver: boolean
  release(): void
}
export type LockAttempt = { lock: LibraryLock } | { heldBy: string }

/** Who holds (or last held) the library, as far as it can be read. */
export function readOwner(folder: string): LockOwner | undefined {
  try {
    const bytes = readRegular(path.join(folder, OWNER_FILE), MOST_OWNER)
    return bytes === undefined ? undefined : ownerSchema.parse(JSON.parse(Buffer.from(bytes).toString()))
  } catch {
    // The file only informs people: absent, half-written or foreign, it says nothing.
    return undefined
  }
}

/** The owner in words for people. */
export function describeOwner(owner: LockOwner | undefined): string {
  if (!owner) return 'another Hilum'
  const where = owner.host === os.hostname() ? 'on this machine' : `on ${owner.host}`
  return `process ${owner.pid} ${where} since ${timeOf(owner.since)}`
}

/** 25 Nov 2026, 04:08 on this computer's clock; what is no time as it stands. */
function timeOf(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  return time.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
}

/**
 * Tries to become the one writer of a library.
 * @throws the contract's storage errors when the folder cannot hold the lock
 */
export function acquireLock(folder: string): LockAttempt {
  const file = path.join(folder, LOCK_FILE)
  let holder: SqliteDatabase.Database | undefined
  try {
    if (sizeOf(file) === undefined) fs.closeSync(fs.openSync(file, 'a', FILE_MODE))
    holder = new SqliteDatabase(file, { timeout: 0 })
    // Nothing is ever written, so no journal file can stay behind.
    holder.pragma('journal_mode = MEMORY')
    holder.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    holder?.close()
    if (error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY'))
      return { heldBy: describeOwner(readOwner(folder)) }
    throw storageError(error)
  }
  const takenOver = readOwner(folder) !== undefined
  const owner: LockOwner = { pid: process.pid, host: os.hostname(), since: new Date().toISOString() }
  try {
    writeFileAtomic(path.join(folder, OWNER_FILE), JSON.stringify(owner))
  } catch (error) {
    holder.close()
    throw storageError(error)
  }
  const held = holder
  return {
    lock: {
      takenOver,
      release() {
        // The lock itself goes whatever becomes of the file that only informs people.
        try {
          removeFile(path.join(folder, OWNER_FILE))
        } catch (error) {
          throw storageError(error)
        } finally {
          held.close()
        }
      },
    },
  }
}
