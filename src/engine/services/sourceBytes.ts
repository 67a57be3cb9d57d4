/** Files that a service reads itself: a report, a list of queries, the hash of an image. Images go through the decode process. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Source } from '@shared/domain/images.js'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'

/** @throws HilumError FILE_NOT_FOUND, FILE_TOO_LARGE, FILE_UNREADABLE */
export async function bytesOf(source: Source, most: number = LIMITS.fileBytes): Promise<Uint8Array> {
  if (source.kind === 'bytes') return source.bytes
  try {
    const { size } = await stat(source.path)
    if (size > most) throw new HilumError('FILE_TOO_LARGE')
    return await readFile(source.path)
  } catch (error) {
    throw error instanceof HilumError ? error : unread(error)
  }
}

/** SHA-256 of a file's bytes in lower-case hexadecimal. @throws HilumError FILE_NOT_FOUND, FILE_UNREADABLE */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch (error) {
    throw unread(error)
  }
  return hash.digest('hex')
}

function unread(error: unknown): HilumError {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
  return new HilumError(missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', undefined, { cause: error })
}
