/** A backup is one tar file: manifest, the database, the original files. Written aside, verified, then renamed. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'
import type { Progress } from '@shared/domain/library.js'
import { HilumError } from '@shared/errors.js'
import { BACKUP_DATABASE, BACKUP_MANIFEST, backupManifestOf, verifyBackup } from './backupFile.js'
import { isTemporaryName, makeFolder, removeLeftOvers, syncFolder, temporaryName } from '../../node/files.js'
import { libraryFiles } from './libraryFiles.js'
import type { SqliteLibrary } from './sqliteLibrary.js'
import { guardedAsync } from '../../node/storageErrors.js'
import SqliteDatabase from 'better-sqlite3'

export type BackupResult = { images: number; bytes: number }

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new HilumError('CANCELLED')
}

/** Objects named by a copied database. */
function objectsOf(databaseFile: string): { sha256: string; bytes: number }[] {
  const db = new SqliteDatabase(databaseFile, { readonly: true })
  try {
    return db
      .prepare<[], { sha256: string; bytes: number }>('SELECT sha256, bytes FROM objects ORDER BY sha256')
      .all()
  } finally {
    db.close()
  }
}

async function writeTar(
  library: SqliteLibrary,
  copy: string,
  target: string,
  onProgress: ((p: Progress) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const objects = objectsOf(copy)
  const manifest = JSON.stringify(backupManifestOf(copy, objects), null, 2)
  const tar = pack()
  const options = { mode: 0o600 }
  const fill = async () => {
    tar.entry({ name: BACKUP_MANIFEST, ...options }, manifest)
    await addFile(tar, BACKUP_DATABASE, copy)
    let done = 0
    for (const { sha256 } of objects) {
      throwIfCancelled(signal)
      await addFile(tar, `objects/${sha256.slice(0, 2)}/${sha256}`, library.objects.pathOf(sha256))
      done += 1
      if (done % 32 === 0 || done === objects.length)
        onProgress?.({ phase: 'Copying original files', done, total: objects.length })
    }
    tar.finalize()
  }
  const written = pipeline(tar, fs.createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true }))
  try {
    await Promise.all([fill(), written])
  } catch (error) {
    tar.destroy()
    await written.catch(() => undefined)
    throw error
  }
}

/** What backups of this name left when they were killed: patient data that nobody would find again. */
function sweepPartials(target: string): void {
  const folder = path.dirname(target)
  for (const name of fs.readdirSync(folder))
    if (name.startsWith(`${path.basename(target)}.`) && isTemporaryName(name))
      removeLeftOvers(path.join(folder, name))
}

type Tar = ReturnType<typeof pack>

async function addFile(tar: Tar, name: string, file: string): Promise<void> {
  const { size } = await fs.promises.stat(file)
  await new Promise<void>((resolve, reject) => {
    const entry = tar.entry({ name, size, mode: 0o600 }, (error) => (error ? reject(error) : resolve()))
    pipeline(fs.createReadStream(file, { highWaterMark: 1 << 20 }), entry).catch(reject)
  })
}

/**
 * Copies the library as it is now into one file while it stays in use, reads the copy back and only then gives
 * it its name.
 * @throws DISK_FULL, LIBRARY_UNWRITABLE, STORAGE_FAILED, CANCELLED; then an older backup of that name is untouched
 */
export async function backupLibrary(
  library: SqliteLibrary,
  file: string,
  onProgress?: (p: Progress) => void,
  signal?: AbortSignal,
): Promise<BackupResult> {
  const target = path.resolve(file)
  const partial = temporaryName(target)
  const work = libraryFiles(library.path).work
  const copy = path.join(library.readOnly ? path.dirname(target) : work, `${path.basename(partial)}.db`)
  return await guardedAsync(() =>
    library.keepingObjects(async () => {
      try {
        if (!library.readOnly) makeFolder(work)
        sweepPartials(target)
        throwIfCancelled(signal)
        await library.db.backup(copy, {
          progress: ({ totalPages, remainingPages }) => {
            onProgress?.({
              phase: 'Copying the database',
              done: totalPages - remainingPages,
              total: totalPages,
            })
            return 2048
          },
        })
        fs.chmodSync(copy, 0o600)
        await writeTar(library, copy, partial, onProgress, signal)
        const verified = await verifyBackup(partial, onProgress, signal)
        fs.renameSync(partial, target)
        syncFolder(path.dirname(target))
        return { images: verified.images, bytes: fs.statSync(target).size }
      } finally {
        removeLeftOvers(copy, `${copy}-wal`, `${copy}-shm`, `${copy}-journal`, partial)
      }
    }),
  )
}
