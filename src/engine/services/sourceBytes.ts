/** A small file that a service reads whole: a report, a list of queries. Images go through the decode process. */
import { readFile, stat } from 'node:fs/promises'
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
    if (error instanceof HilumError) throw error
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new HilumError(missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', undefined, { cause: error })
  }
}
