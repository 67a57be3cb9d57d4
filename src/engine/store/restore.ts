/** Puts a backup in the place of a library. Nothing changes until the whole backup has been read and found sound. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import type { Progress } from '@shared/domain/library.js'
import { HilumError } from '@shared/errors.js'
import { BACKUP_DATABASE, readBackup } from './backupFile.js'
import { isReadFailure, openForWriting } from './database.js'
import { makeFolder, removeLeftOvers, removeTree } from '../../node/files.js'
import { libraryFiles } from './libraryFiles.js'
import type { SqliteLibrary } from './sqliteLibrary.js'
import { guardedAsync } from '../../node/storageErrors.js'

/** Brings a copied database up to date, proves it sound and tells it apart from the one it replaces. */
function prepareCopy(file: string): void {
  const db = openForWriting(file, true)
  try {
    const verdict = String(db.pragma('integrity_check', { simple: true }))
    if (isReadFailure(verdict)) throw new HilumError('STORAGE_FAILED', undefined, { detail: verdict })
    if (verdict !== 'ok')
      throw new HilumError('LIBRARY_CORRUPT', 'The database in this backup is damaged. Nothing was changed.')
    db.prepare("UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'epoch'").run()
  } finally {
    db.close()
  }
}

/**
 * Replaces the open library's content by a backup's. Originals are added first; the database is exchanged in one
 * transaction of SQLite's own, so that a crash leaves the old content or the new one. The caller opens the library
 * and its index anew afterwards.
 * @throws LIBRARY_CORRUPT, LIBRARY_NEWER, DISK_FULL, CANCELLED; then the library is as it was
 */
export async function restoreLibrary(
  library: SqliteLibrary,
  backup: string,
  onProgress?: (p: Progress) => void,
  signal?: AbortSignal,
): Promise<{ images: number; bytes: number }> {
  if (library.readOnly) throw new HilumError('LIBRARY_READ_ONLY')
  const { work, database } = libraryFiles(library.path)
  const copy = path.join(work, BACKUP_DATABASE)
  return await guardedAsync(async () => {
    if (!fs.existsSync(backup)) throw new HilumError('FILE_NOT_FOUND')
    removeTree(work)
    makeFolder(work)
    try {
      const target = {
        database: copy,
        objectPath: (sha256: string, bytes: number) =>
          library.objects.has(sha256, bytes) ? undefined : library.objects.pathOf(sha256),
      }
      const manifest = await library.keepingObjects(() => readBackup(backup, target, onProgress, signal))
      prepareCopy(copy)
      if (signal?.aborted === true) throw new HilumError('CANCELLED')
      onProgress?.({ phase: 'Exchanging the database', done: 0 })
      const source = new SqliteDatabase(copy, { readonly: true })
      try {
        await source.backup(database)
      } finally {
        source.close()
      }
      return { images: manifest.images, bytes: fs.statSync(backup).size }
    } finally {
      removeLeftOvers(work)
    }
  })
}
