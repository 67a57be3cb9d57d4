/** Deleting cases with all that is theirs: rows in one transaction, files after it, traces in the log too. */
import { HilumError } from '@shared/errors.js'
import { guarded } from '../../node/storageErrors.js'
import { caseKeyOf, imageKeyOf } from './ids.js'
import type { SqliteLibrary } from './sqliteLibrary.js'

export class Removals {
  readonly #library: SqliteLibrary
  /** Backups under way: object files they may still need stay until they end. */
  #keepers = 0

  constructor(library: SqliteLibrary) {
    this.#library = library
  }

  /** Unknown ids are left out of the count. */
  deleteCases(caseIds: readonly string[]): number {
    const caseKeys = [...new Set(caseIds.map(caseKeyOf))]
    const library = this.#library
    const subject = caseIds.length === 1 ? (caseIds[0] ?? '') : `${caseIds.length} cases`
    const deleted = library.write('case.delete', subject, {}, () => {
      const vectorSequence = library.vectorSequence + 1
      const present = caseKeys.filter((caseKey) => library.caseRepository.findRecord(caseKey))
      for (const caseKey of present) this.#deleteCase(caseKey, vectorSequence)
      library.caseRepository.removePatientsWithoutCases()
      library.vectorsChanged()
      return present.length
    })
    this.#finishLater()
    return deleted
  }

  /**
   * After a commit: what could not be removed now stays listed, is named by a check, and goes with the next change or
   * opening. The change itself has happened and must not be reported as failed.
   */
  #finishLater(): void {
    try {
      this.finish()
    } catch (error) {
      if (!(error instanceof HilumError)) throw error
    }
  }

  /** Removes files whose rows are gone and empties the write-ahead log of deleted content. */
  finish(): void {
    const { readOnly, images, objects, previews, db } = this.#library
    if (readOnly || this.#keepers > 0) return
    guarded(() => {
      const pending = images.pendingRemovals()
      if (pending.length === 0) return
      for (const sha256 of pending) {
        objects.remove(sha256)
        previews.remove(sha256)
      }
      db.pragma('wal_checkpoint(TRUNCATE)')
      db.transaction(() => pending.forEach((sha256) => images.removalDone(sha256))).immediate()
    })
  }

  /** Keeps every object file while `work` runs. */
  async keepingObjects<T>(work: () => Promise<T>): Promise<T> {
    this.#keepers += 1
    try {
      return await work()
    } finally {
      this.#keepers -= 1
      this.#finishLater()
    }
  }

  #deleteCase(caseKey: number, vectorSequence: number): void {
    const { caseRepository, images, embeddings, noteRepository, auditLog, db } = this.#library
    const its = images.ofCase(caseKey)
    for (const { imageId } of its) embeddings.noteRemoved(imageKeyOf(imageId), vectorSequence)
    noteRepository.removeOfCase(caseKey)
    db.prepare('DELETE FROM caseWords WHERE caseKey = ?').run(caseKey)
    caseRepository.remove(caseKey)
    images.releaseObjects(its.map((each) => each.objectSha256))
    auditLog.append('case.deleted', `case ${caseKey}`)
  }
}
