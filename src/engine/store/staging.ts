/** Originals that were made durable for a batch that was then not added: taken away at once, or when the library opens. */
import * as fs from 'node:fs'
import { HilumError } from '@shared/errors.js'
import { FILE_MODE, removeFile, removeLeftOvers } from '../../node/files.js'
import { storageError } from '../../node/storageErrors.js'
import { libraryFiles } from './libraryFiles.js'
import type { SqliteLibrary } from './sqliteLibrary.js'

/** @returns whether it succeeded; a bug is thrown, a failing disk is not: nothing here may cost an import */
function quietly(step: () => void): boolean {
  try {
    step()
    return true
  } catch (error) {
    const known = storageError(error)
    if (!(known instanceof HilumError)) throw known
    return false
  }
}

/** Says that originals may lie there that no case names. Where a full disk refuses it, a check still finds them. */
export function markStaging(folder: string): void {
  quietly(() => fs.closeSync(fs.openSync(libraryFiles(folder).staging, 'a', FILE_MODE)))
}

export function unmarkStaging(folder: string): void {
  removeLeftOvers(libraryFiles(folder).staging)
}

/** @returns whether none of these is left that no case names */
export function removeUnnamed(library: SqliteLibrary, originals: readonly Uint8Array[]): boolean {
  return quietly(() => {
    for (const original of originals) {
      const name = library.objects.nameOf(original)
      if (library.images.objectBytesOf(name) === undefined) library.objects.remove(name)
    }
  })
}

/** After a crash amid an import: removes every original that no case names. Quiet, and tried again where it fails. */
export function sweepUnnamed(library: SqliteLibrary): void {
  const { staging } = libraryFiles(library.path)
  if (!fs.existsSync(staging)) return
  quietly(() => {
    const named = new Set(library.images.objects().map(({ sha256 }) => sha256))
    for (const { sha256 } of library.objects.walk(true))
      if (!named.has(sha256)) library.objects.remove(sha256)
    removeFile(staging)
  })
}
