/** Writing a file where the user chose: whole or not at all, with the reason in words. */
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { HilumError } from '@shared/errors.js'
import { FILE_MODE, syncFolder, temporaryName } from './files.js'

/**
 * Writes aside in the same folder, flushes, then renames over the target: a reader sees the old file or the new
 * one, never half of one. A file that is replaced keeps its permissions; a link stays, and what it leads to is written.
 * @throws HilumError DISK_FULL, or REPORT_FAILED with why: open in another program, read-only, no such folder, no file
 *   (a device or a pipe would be replaced by one)
 */
export async function writeAside(target: string, bytes: Uint8Array): Promise<void> {
  const path = await targetOf(target)
  const aside = temporaryName(path)
  try {
    const file = await open(aside, 'wx', await modeFor(path))
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, path)
    syncFolder(dirname(path))
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined)
    throw failure(error, basename(path))
  }
}

/** Where the bytes are to go. */
async function targetOf(path: string): Promise<string> {
  let there
  try {
    there = await stat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path
    throw failure(error, basename(path))
  }
  if (there.isDirectory()) throw new HilumError('REPORT_FAILED', `${basename(path)} is a folder.`)
  if (!there.isFile())
    throw new HilumError('REPORT_FAILED', `${basename(path)} is no file that can be replaced.`)
  return realpath(path)
}

/**
 * Of the file that is there. It is opened for writing, though a rename would not ask: one that is read-only, or held
 * by another program on Windows, stays as it is.
 */
async function modeFor(path: string): Promise<number> {
  try {
    const file = await open(path, 'r+')
    try {
      return (await file.stat()).mode
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return FILE_MODE
  }
}

function failure(error: unknown, name: string): HilumError {
  if (error instanceof HilumError) return error
  const { code } = error as NodeJS.ErrnoException
  const options = { cause: error, ...(code === undefined ? {} : { detail: code }) }
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new HilumError('DISK_FULL', `The disk is full. ${name} was not written.`, options)
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
