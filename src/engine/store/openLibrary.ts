/** Opens or makes a library in a folder: lock, database, left-overs of a crash. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Database } from 'better-sqlite3'
import { HilumError } from '@shared/errors.js'
import { openForReading, openForWriting } from './database.js'
import { makeFolder, removeFile, removeTree } from '../../node/files.js'
import { libraryFiles } from './libraryFiles.js'
import { acquireLock, type LibraryLock } from './lock.js'
import { networkDrive } from './networkDrive.js'
import { SqliteLibrary } from './sqliteLibrary.js'
import { sweepUnnamed } from './staging.js'
import { guarded } from '../../node/storageErrors.js'

export type OpenLibraryOptions = {
  /** Make the library where there is none. */
  create?: boolean
  /** Open for reading only, even while another process writes it; or only then, or when its disk is full. */
  readOnly?: boolean | 'whenHeld'
  /** The lock of the library this one replaces in the same process. */
  lock?: LibraryLock
}

/** True when the folder holds a library's database. */
export function isLibrary(folder: string): boolean {
  return fs.existsSync(libraryFiles(folder).database)
}

/**
 * Opens the library in `folder`. A folder that cannot be written is opened for reading, with the reason in
 * `heldBy` of its info; a library another process writes is refused unless `readOnly` allows for less.
 * @throws LIBRARY_NOT_FOUND, LIBRARY_HELD, LIBRARY_NEWER, LIBRARY_CORRUPT, LIBRARY_UNWRITABLE, DISK_FULL
 */
export function openLibrary(folder: string, options: OpenLibraryOptions = {}): SqliteLibrary {
  const root = path.resolve(folder)
  if (!isLibrary(root)) {
    refuseHidden(root)
    if (options.create !== true || options.readOnly === true) throw new HilumError('LIBRARY_NOT_FOUND')
    refuseFile(root)
    guarded(() => makeFolder(root))
  }
  guarded(() => refuseLinks(root))
  if (options.readOnly === true) return openReadOnly(root, 'It was opened for reading.')
  let lock: LibraryLock
  try {
    const attempt = options.lock === undefined ? acquireLock(root) : { lock: options.lock }
    if ('heldBy' in attempt) {
      if (options.readOnly === 'whenHeld') return openReadOnly(root, `It is held by ${attempt.heldBy}.`)
      throw new HilumError('LIBRARY_HELD', `This library is held by ${attempt.heldBy}.`)
    }
    lock = attempt.lock
  } catch (error) {
    if (readsInstead(error, root, options)) return openReadOnly(root, FULL)
    const unwritable =
      error instanceof HilumError &&
      (error.code === 'LIBRARY_UNWRITABLE' || error.code === 'LIBRARY_READ_ONLY')
    if (unwritable && isLibrary(root)) return openReadOnly(root, 'Hilum may not write into its folder.')
    throw error
  }
  try {
    return openWritable(root, lock)
  } catch (error) {
    lock.release()
    if (readsInstead(error, root, options)) return openReadOnly(root, FULL)
    throw error
  }
}

const FULL = 'Its disk is full.'

/** A full disk takes no lock and no recovery; what lies on it can be read all the same. */
const readsInstead = (error: unknown, root: string, { readOnly }: OpenLibraryOptions): boolean =>
  readOnly === 'whenHeld' && error instanceof HilumError && error.code === 'DISK_FULL' && isLibrary(root)

/** Whether something other than a folder stands there: a link, most likely, to what is not this library's to change. */
function standsElsewhere(place: string): boolean {
  const found = fs.lstatSync(place, { throwIfNoEntry: false })
  return found !== undefined && !found.isDirectory()
}

/** A folder that Hilum may not look into: a library may well be there. */
function refuseHidden(root: string): void {
  try {
    fs.statSync(libraryFiles(root).database, { throwIfNoEntry: false })
  } catch (error) {
    if (['EACCES', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code)))
      throw new HilumError('LIBRARY_UNWRITABLE', 'Hilum may not look into this folder.', { cause: error })
  }
}

/** A file where the library's folder should be made. */
function refuseFile(root: string): void {
  if (fs.statSync(root, { throwIfNoEntry: false })?.isFile() === true)
    throw new HilumError('LIBRARY_UNWRITABLE', `“${path.basename(root)}” is a file, not a folder.`, {
      remedy: 'Choose a folder for the library.',
    })
}

/** Originals lie in the library's own folder: through a link one library would sweep away another's. */
function refuseLinks(root: string): void {
  const { objects, sample } = libraryFiles(root)
  for (const each of [objects, sample])
    if (standsElsewhere(each))
      throw new HilumError(
        'LIBRARY_CORRUPT',
        `“${path.basename(each)}” in this library’s folder is a link to another place, or a file. Nothing was changed.`,
        { detail: each },
      )
}

function openWritable(root: string, lock: LibraryLock): SqliteLibrary {
  const files = libraryFiles(root)
  const drive = networkDrive(root)
  const warnings =
    drive === undefined
      ? []
      : [
          `This library is on a network drive (${drive}): it is slower there, and only one computer may use it.`,
        ]
  guarded(() => {
    // Derived, so what stands in their place gives way; a link itself goes, never what it leads to.
    for (const each of [files.previews, files.index, files.measured])
      if (standsElsewhere(each)) removeFile(each)
    for (const each of [files.objects, files.previews, files.index]) makeFolder(each)
    removeTree(files.work)
  })
  const db = openForWriting(files.database, drive !== undefined)
  return closedOnFailure(db, () => {
    const library = new SqliteLibrary(root, db, { readOnly: false, warnings, lock })
    library.objects.prepare()
    library.finishRemovals()
    sweepUnnamed(library)
    return library
  })
}

/** Its statements are prepared when it is made: a failing disk can show there first. */
function closedOnFailure(db: Database, make: () => SqliteLibrary): SqliteLibrary {
  try {
    return guarded(make)
  } catch (error) {
    db.close()
    throw error
  }
}

function openReadOnly(root: string, reason: string): SqliteLibrary {
  const db = openForReading(libraryFiles(root).database)
  return closedOnFailure(db, () => new SqliteLibrary(root, db, { readOnly: true, reason, warnings: [] }))
}
