/** The backup file: what is in it, and whether all of it is there and unchanged. */
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { Writable, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import SqliteDatabase from 'better-sqlite3'
import { extract, type Header } from 'tar-stream'
import { z } from 'zod'
import type { Progress } from '@shared/domain/library.js'
import { HilumError } from '@shared/errors.js'
import { makeFolder, removeLeftOvers, sha256OfFile, syncFolder, temporaryName } from '../../node/files.js'
import { SCHEMA_VERSION } from './migrations.js'

export const BACKUP_MANIFEST = 'hilum-backup.json'
export const BACKUP_DATABASE = 'library.db'
const OBJECT = /^objects\/([0-9a-f]{2})\/(\1[0-9a-f]{62})$/

const manifestSchema = z.object({
  format: z.literal(1),
  schemaVersion: z.number().int(),
  cases: z.number().int(),
  images: z.number().int(),
  database: z.object({ sha256: z.string(), bytes: z.number().int() }),
  objects: z.number().int(),
  objectBytes: z.number().int(),
})
export type BackupManifest = z.infer<typeof manifestSchema>

function damaged(detail: string): HilumError {
  return new HilumError(
    'LIBRARY_CORRUPT',
    'This backup is damaged or not a backup of Hilum. Nothing was changed.',
    {
      detail,
    },
  )
}

/** Describes a copied database and its objects. */
export function backupManifestOf(
  databaseFile: string,
  objects: readonly { bytes: number }[],
): BackupManifest {
  const db = new SqliteDatabase(databaseFile, { readonly: true })
  try {
    const count = (table: 'cases' | 'images') =>
      db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0
    const version = Number(db.pragma('user_version', { simple: true }))
    const database = { sha256: sha256OfFile(databaseFile), bytes: fs.statSync(databaseFile).size }
    const objectBytes = objects.reduce((sum, each) => sum + each.bytes, 0)
    const counts = { cases: count('cases'), images: count('images'), objects: objects.length, objectBytes }
    return { format: 1, schemaVersion: version, database, ...counts }
  } finally {
    db.close()
  }
}

/** A failing disk is no damaged backup. */
const isFileError = (error: unknown): boolean => error instanceof Error && 'syscall' in error

/** Hashes an entry and, where told to, keeps it in a file. */
async function readEntry(stream: Readable, file: string | undefined): Promise<string> {
  const hash = createHash('sha256')
  const handle = file === undefined ? undefined : await fs.promises.open(file, 'w', 0o600)
  try {
    await pipeline(
      stream,
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          hash.update(chunk)
          if (handle) handle.write(chunk).then(() => done(), done)
          else done()
        },
      }),
    )
    await handle?.sync()
  } finally {
    await handle?.close()
  }
  return hash.digest('hex')
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk as Uint8Array))
    if (chunks.reduce((sum, each) => sum + each.length, 0) > 1 << 20)
      throw damaged('the manifest is too long')
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Where {@link readBackup} puts what it reads; without one it only verifies. */
export type BackupTarget = {
  database: string
  /** Where an original belongs, or undefined when it is there already. */
  objectPath(sha256: string, bytes: number): string | undefined
}

/**
 * Reads a whole backup, compares every checksum and, with `target`, keeps database and objects there.
 * @throws LIBRARY_CORRUPT when anything is missing or changed, LIBRARY_NEWER, CANCELLED
 */
export async function readBackup(
  file: string,
  target: BackupTarget | undefined,
  onProgress?: (p: Progress) => void,
  signal?: AbortSignal,
): Promise<BackupManifest> {
  let manifest: BackupManifest | undefined
  let databaseSeen = false
  let objects = 0
  const take = async (header: Header, stream: Readable) => {
    if (signal?.aborted === true) throw new HilumError('CANCELLED')
    if (!manifest) {
      if (header.name !== BACKUP_MANIFEST) throw damaged('no manifest')
      manifest = parseManifest(await textOf(stream))
      return
    }
    if (header.name === BACKUP_DATABASE && !databaseSeen) {
      databaseSeen = true
      if ((await readEntry(stream, target?.database)) !== manifest.database.sha256) throw damaged('database')
      return
    }
    const sha256 = OBJECT.exec(header.name)?.[2]
    if (sha256 === undefined) throw damaged('a foreign entry')
    const place = target?.objectPath(sha256, header.size ?? 0)
    const temporary = place === undefined ? undefined : temporaryName(place)
    if (place !== undefined) makeFolder(path.dirname(place))
    try {
      if ((await readEntry(stream, temporary)) !== sha256) throw damaged('an original file')
      if (place !== undefined && temporary !== undefined) {
        fs.renameSync(temporary, place)
        syncFolder(path.dirname(place))
      }
    } finally {
      if (temporary !== undefined) removeLeftOvers(temporary)
    }
    objects += 1
    if (objects % 32 === 0)
      onProgress?.({ phase: 'Verifying the backup', done: objects, total: manifest.objects })
  }
  const tar = extract()
  const source = fs.createReadStream(file, { highWaterMark: 1 << 20 })
  const reading = pipeline(source, tar).catch((error: unknown) => {
    throw error instanceof HilumError || isFileError(error)
      ? error
      : damaged(error instanceof Error ? error.message : String(error))
  })
  const taking = (async () => {
    for await (const entry of tar) {
      await take(entry.header, entry as unknown as Readable)
      entry.resume()
    }
  })()
  const outcome = await Promise.allSettled([taking, reading])
  const ours = outcome[0]
  const theirs = outcome[1]
  if (ours.status === 'rejected' && (ours.reason instanceof HilumError || isFileError(ours.reason)))
    throw ours.reason
  if (theirs.status === 'rejected') throw theirs.reason
  if (ours.status === 'rejected') throw damaged(String(ours.reason))
  if (!manifest || !databaseSeen || objects !== manifest.objects) throw damaged('it ends early')
  return manifest
}

function parseManifest(text: string): BackupManifest {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new HilumError('LIBRARY_CORRUPT', 'This is not a backup of Hilum.', { cause: error })
  }
  const parsed = manifestSchema.safeParse(value)
  if (!parsed.success) throw damaged('the manifest')
  if (parsed.data.schemaVersion > SCHEMA_VERSION) throw new HilumError('LIBRARY_NEWER')
  return parsed.data
}

/** Reads a backup back without keeping anything. */
export function verifyBackup(file: string, onProgress?: (p: Progress) => void, signal?: AbortSignal) {
  return readBackup(file, undefined, onProgress, signal)
}
