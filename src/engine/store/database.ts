/** Opens the library's SQLite file the one right way: checked before touched, journal and sync as the disk needs. */
import * as fs from 'node:fs'
import SqliteDatabase, { type Database } from 'better-sqlite3'
import { HilumError } from '@shared/errors.js'
import { FILE_MODE } from '../../node/files.js'
import { APPLICATION_ID, SCHEMA_VERSION, migrate, schemaVersion } from './migrations.js'
import { guarded, storageError } from '../../node/storageErrors.js'

/** Milliseconds a statement waits for another process's commit. */
const BUSY_MILLISECONDS = 5000
/** SQLite file header, https://www.sqlite.org/fileformat2.html section 1.3. */
const HEADER = { bytes: 100, writeVersion: 18, readVersion: 19, userVersion: 60, applicationId: 68 } as const
const MAGIC = 'SQLite format 3\0'

function refuseNewer(version: number): void {
  if (version > SCHEMA_VERSION)
    throw new HilumError('LIBRARY_NEWER', undefined, {
      detail: `version ${version}, this Hilum knows ${SCHEMA_VERSION}`,
    })
}

/**
 * Looks at the file's header without opening it, so that a foreign or newer file stays as it is.
 * @throws LIBRARY_NEWER, LIBRARY_CORRUPT
 */
export function inspectHeader(file: string): void {
  const header = Buffer.alloc(HEADER.bytes)
  const handle = guarded(() => fs.openSync(file, 'r'))
  let read: number
  try {
    read = guarded(() => fs.readSync(handle, header, 0, HEADER.bytes, 0))
  } finally {
    fs.closeSync(handle)
  }
  // An empty file is a library whose first transaction has not reached the disk yet.
  if (read === 0) return
  if (read < HEADER.bytes || header.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new HilumError('LIBRARY_CORRUPT', undefined, { detail: 'not an SQLite file' })
  const application = header.readUInt32BE(HEADER.applicationId)
  // 0: the first migration may still be in the write-ahead log.
  if (application !== 0 && application !== APPLICATION_ID)
    throw new HilumError('LIBRARY_CORRUPT', 'This database belongs to another program.', {
      detail: `application id ${application}`,
    })
  refuseNewer(header.readUInt32BE(HEADER.userVersion))
}

function prepare(db: Database): void {
  // A library may come from anywhere: its schema gets no function that reaches beyond the database.
  db.pragma('trusted_schema = OFF')
  db.pragma('cell_size_check = ON')
  db.pragma('foreign_keys = ON')
  db.pragma('secure_delete = ON')
  db.pragma('temp_store = MEMORY')
  db.pragma('cache_size = -65536')
}

/**
 * Opens for writing and brings the schema up to date.
 * @param rollbackJournal for network drives, where the write-ahead log is unsafe
 * @throws LIBRARY_NEWER (file unchanged), LIBRARY_CORRUPT, DISK_FULL, STORAGE_FAILED
 */
export function openForWriting(file: string, rollbackJournal: boolean): Database {
  if (fs.existsSync(file)) inspectHeader(file)
  else guarded(() => fs.closeSync(fs.openSync(file, 'a', FILE_MODE)))
  const db = guarded(() => new SqliteDatabase(file, { timeout: BUSY_MILLISECONDS }))
  try {
    guarded(() => {
      // The header may be older than the write-ahead log.
      refuseNewer(schemaVersion(db))
      db.pragma(`journal_mode = ${rollbackJournal ? 'TRUNCATE' : 'WAL'}`)
      db.pragma('synchronous = FULL')
      prepare(db)
      // A large import would otherwise leave a log of its own size beside the library.
      db.pragma('journal_size_limit = 67108864')
      migrate(db)
    })
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

/** In memory: for a folder in which even the log's shared memory cannot be made. */
function openCopyInMemory(file: string): Database {
  const bytes = guarded(() => fs.readFileSync(file))
  // A database in memory has no write-ahead log; both versions 1 mean the rollback journal.
  bytes[HEADER.writeVersion] = 1
  bytes[HEADER.readVersion] = 1
  return new SqliteDatabase(bytes, { readonly: true })
}

/**
 * Opens for reading only; nothing in the folder changes but, where it may be written, SQLite's shared memory.
 * @throws LIBRARY_NEWER, LIBRARY_CORRUPT; LIBRARY_UNWRITABLE when an old schema cannot be brought up to date
 */
export function openForReading(file: string): Database {
  inspectHeader(file)
  let db: Database | undefined
  try {
    db = new SqliteDatabase(file, { readonly: true, timeout: BUSY_MILLISECONDS })
    db.prepare('SELECT count(*) FROM sqlite_master').get()
  } catch (error) {
    db?.close()
    const noSharedMemory =
      error instanceof SqliteDatabase.SqliteError &&
      (error.code.startsWith('SQLITE_CANTOPEN') || error.code.startsWith('SQLITE_READONLY'))
    if (!noSharedMemory || fs.existsSync(`${file}-wal`)) throw storageError(error)
    db = openCopyInMemory(file)
  }
  const opened = db
  try {
    guarded(() => {
      prepare(opened)
      const version = schemaVersion(opened)
      refuseNewer(version)
      if (version < SCHEMA_VERSION)
        throw new HilumError(
          'LIBRARY_UNWRITABLE',
          'This library has to be brought up to date first, and Hilum may not write into its folder.',
          { detail: `version ${version} of ${SCHEMA_VERSION}` },
        )
    })
  } catch (error) {
    opened.close()
    throw error
  }
  return opened
}

/** SQLite's primary code of a read or write that failed. */
const SQLITE_IOERR = 10

/** Whether a line of `integrity_check` tells of a disk that could not be read, and not of a damaged file. */
export function isReadFailure(verdict: string): boolean {
  if (/disk I\/O error/i.test(verdict)) return true
  const [, code] = /error code=? ?(\d+)/i.exec(verdict) ?? []
  return code !== undefined && (Number(code) & 0xff) === SQLITE_IOERR
}
