/** Writing a file whole or not at all. */
import { constants } from 'node:fs'
import { access, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HilumError } from '@shared/errors.js'

/**
 * Writes aside in the same folder, flushes, then renames over the target: a reader sees the old file or the new
 * one, never half of one.
 * @throws HilumError DISK_FULL, or REPORT_FAILED with why: open in another program, read-only, no such folder
 */
export async function writeAside(path: string, bytes: Uint8Array): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}.part`)
  try {
    await refuseReadOnly(path)
    const file = await open(aside, 'w')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined)
    throw failure(error, basename(path))
  }
}

/** A rename would replace a file that its owner marked read-only. */
async function refuseReadOnly(path: string): Promise<void> {
  try {
    await access(path, constants.W_OK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function failure(error: unknown, name: string): HilumError {
  if (error instanceof HilumError) return error
  const { code } = error as NodeJS.ErrnoException
  const options = { cause: error, ...(code === undefined ? {} : { detail: code }) }
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new HilumError('DISK_FULL', 'The disk is full. The report was not written.', options)
    case 'EBUSY':
    case 'ETXTBSY':
      return new HilumError('REPORT_FAILED', `${name} is open in another program.`, options)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new HilumError(
        'REPORT_FAILED',
        `${name} cannot be written: it or its folder is read-only.`,
        options,
      )
    case 'ENOENT':
    case 'ENOTDIR':
      return new HilumError('REPORT_FAILED', `There is no folder to write ${name} into.`, options)
    case 'EISDIR':
      return new HilumError('REPORT_FAILED', `${name} is a folder.`, options)
    default:
      return new HilumError('REPORT_FAILED', undefined, options)
  }
}
