/** Turns what SQLite and the file system throw into the contract's errors. */
import { HilumError, type ErrorCode } from '@shared/errors.js'

const FILE_SYSTEM_CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EFBIG: 'DISK_FULL',
  EACCES: 'LIBRARY_UNWRITABLE',
  EPERM: 'LIBRARY_UNWRITABLE',
  EROFS: 'LIBRARY_UNWRITABLE',
  EIO: 'STORAGE_FAILED',
  EBUSY: 'STORAGE_FAILED',
  EMFILE: 'STORAGE_FAILED',
  ENFILE: 'STORAGE_FAILED',
  ENOTDIR: 'LIBRARY_UNWRITABLE',
  ENODEV: 'STORAGE_FAILED',
  ESTALE: 'STORAGE_FAILED',
  ENOENT: 'STORAGE_FAILED',
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

function libraryCode(code: string): ErrorCode | undefined {
  // The second: no room for the index of the write-ahead log, which even a reader needs.
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') return 'DISK_FULL'
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'LIBRARY_HELD'
  if (code.startsWith('SQLITE_READONLY')) return 'LIBRARY_READ_ONLY'
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'LIBRARY_CORRUPT'
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN')) return 'STORAGE_FAILED'
  if (code === 'SQLITE_PERM' || code === 'SQLITE_AUTH') return 'LIBRARY_UNWRITABLE'
  return FILE_SYSTEM_CODES[code]
}

/**
 * The contract's error for a storage failure. `HilumError`s pass through; what is not a storage failure is a
 * bug and is returned unchanged, to be thrown again.
 */
export function storageError(error: unknown): unknown {
  if (error instanceof HilumError) return error
  const code = codeOf(error)
  if (code === undefined) return error
  // FTS5 reads its tables when it is first used; a read that fails there arrives without a code of its own.
  const hidden = code === 'SQLITE_ERROR' && String(error).includes('vtable constructor failed')
  const known = hidden ? 'STORAGE_FAILED' : libraryCode(code)
  if (known === undefined) return error
  return new HilumError(known, undefined, { detail: code, cause: error })
}

/** Runs a storage step; whatever it throws leaves as the contract's error. */
export function guarded<T>(step: () => T): T {
  try {
    return step()
  } catch (error) {
    throw storageError(error)
  }
}

/** The same for a step that takes time. */
export async function guardedAsync<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw storageError(error)
  }
}

/** True for the file system's word that something is not there. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}
