/** ZIP archives through yauzl: names checked, encryption and bombs refused, entries read on demand. */
import { stat } from 'node:fs/promises'
import yauzl from 'yauzl'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'

export type ArchiveSource = { path: string } | { bytes: Uint8Array }
export type ArchiveEntry = { name: string; bytes: number }

/** An open archive. `close` releases its file handle. */
export type Archive = {
  entries: ArchiveEntry[]
  /** Refusals of single entries, by name: the others are still usable. */
  refused: Map<string, HilumError>
  read(name: string): Promise<Uint8Array>
  close(): void
}

const corrupt = (error: unknown): HilumError => {
  if (error instanceof HilumError) return error
  const text = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return new HilumError('FILE_NOT_FOUND', undefined, { cause: error })
  if (error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EISDIR'))
    return new HilumError('FILE_UNREADABLE', undefined, { cause: error })
  if (/encrypt/i.test(text)) return new HilumError('ARCHIVE_ENCRYPTED', undefined, { cause: error })
  return new HilumError('ARCHIVE_CORRUPT', undefined, { detail: text.slice(0, 300), cause: error })
}

/** The problem of an entry's name or sizes, if any: nothing of such an entry is ever read. */
function refusalOf(entry: yauzl.Entry, name: string): HilumError | undefined {
  const unsafe = yauzl.validateFileName(name)
  if (unsafe !== null || name.includes('\0'))
    return new HilumError('ARCHIVE_UNSAFE_PATH', undefined, {
      detail: JSON.stringify(name).slice(0, 200),
    })
  if (entry.isEncrypted()) return new HilumError('ARCHIVE_ENCRYPTED')
  if (
    entry.uncompressedSize > LIMITS.bombFloorBytes &&
    entry.uncompressedSize > entry.compressedSize * LIMITS.bombRatio
  )
    return new HilumError('IMAGE_BOMB', undefined, {
      detail: `${entry.compressedSize} bytes unpack to ${entry.uncompressedSize}`,
    })
  if (entry.uncompressedSize > LIMITS.fileBytes) return new HilumError('FILE_TOO_LARGE')
  return undefined
}

async function readEntry(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<Uint8Array> {
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => {
      if (error) reject(error)
      else resolve(opened)
    })
  })
  const out = Buffer.allocUnsafe(Math.min(entry.uncompressedSize, LIMITS.fileBytes))
  let at = 0
  for await (const chunk of stream) {
    const part = chunk as Buffer
    // yauzl checks the size too; a declared size that lies must not write past the buffer.
    if (at + part.length > out.length) throw new HilumError('ARCHIVE_CORRUPT')
    part.copy(out, at)
    at += part.length
  }
  if (at !== out.length) throw new HilumError('ARCHIVE_CORRUPT', undefined, { detail: 'an entry ends early' })
  return new Uint8Array(out.buffer, out.byteOffset, out.byteLength)
}

/**
 * Opens an archive and reads its directory.
 * @throws HilumError ARCHIVE_CORRUPT, ARCHIVE_ENCRYPTED, FILE_NOT_FOUND, FILE_UNREADABLE
 */
export async function openArchive(source: ArchiveSource): Promise<Archive> {
  const options = {
    lazyEntries: true,
    autoClose: false,
    decodeStrings: false,
    strictFileNames: false,
  } as const
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) => {
    const done = (error: Error | null, opened: yauzl.ZipFile): void => {
      if (error) reject(corrupt(error))
      else resolve(opened)
    }
    if ('path' in source) yauzl.open(source.path, { ...options }, done)
    else
      yauzl.fromBuffer(
        Buffer.from(source.bytes.buffer, source.bytes.byteOffset, source.bytes.byteLength),
        { ...options },
        done,
      )
  })
  // Names are checked here, entry by entry: yauzl would end the whole archive at the first bad one.
  const byName = new Map<string, yauzl.Entry>()
  const refused = new Map<string, HilumError>()
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('error', reject)
      zip.on('end', () => resolve())
      zip.on('entry', (entry: yauzl.Entry) => {
        if (byName.size + refused.size >= LIMITS.entries) {
          reject(new HilumError('FILE_TOO_LARGE', `The archive holds more than ${LIMITS.entries} files.`))
          return
        }
        const name = yauzl.getFileNameLowLevel(
          entry.generalPurposeBitFlag,
          entry.fileNameRaw,
          entry.extraFields,
          false,
        )
        if (!name.endsWith('/')) {
          const refusal = refusalOf(entry, name)
          if (refusal) refused.set(name, refusal)
          else byName.set(name, entry)
        }
        zip.readEntry()
      })
      zip.readEntry()
    })
  } catch (error) {
    zip.close()
    throw corrupt(error)
  }
  return {
    entries: [...byName].map(([name, entry]) => ({ name, bytes: entry.uncompressedSize })),
    refused,
    read: async (name) => {
      const entry = byName.get(name)
      const refusal = refused.get(name)
      if (refusal) throw refusal
      if (!entry) throw new HilumError('FILE_NOT_FOUND', undefined, { detail: name })
      try {
        return await readEntry(zip, entry)
      } catch (error) {
        throw corrupt(error)
      }
    },
    close: () => zip.close(),
  }
}

/** Key under which an open archive may be reused: a file that has changed on disk is opened anew. */
export async function archiveKey(path: string): Promise<string> {
  const facts = await stat(path)
  return `${path}\0${facts.size}\0${facts.mtimeMs}`
}
