/** Looks a library over, mends what is derived or left over, and names what is lost. */
import type { Progress } from '@shared/domain/library.js'
import { HilumError } from '@shared/errors.js'
import { isReadFailure } from './database.js'
import { objectIsIntact } from './objects.js'
import type { SqliteLibrary } from './sqliteLibrary.js'

export type CheckResult = { problems: { code: string; message: string }[]; repaired: string[] }

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`

function checkDatabase(library: SqliteLibrary, result: CheckResult): void {
  const rows = library.db.pragma('integrity_check') as { integrity_check: string }[]
  const wrong = rows.map((row) => row.integrity_check).filter((text) => text !== 'ok')
  const unread = wrong.find(isReadFailure)
  if (unread !== undefined) throw new HilumError('STORAGE_FAILED', undefined, { detail: unread })
  if (wrong.length > 0)
    result.problems.push({ code: 'LIBRARY_CORRUPT', message: wrong.slice(0, 5).join('; ') })
  const foreign = library.db.pragma('foreign_key_check') as unknown[]
  if (foreign.length > 0)
    result.problems.push({
      code: 'LIBRARY_CORRUPT',
      message: `${plural(foreign.length, 'row points', 'rows point')} to something that is not there.`,
    })
  const broken = library.auditLog.firstBroken()
  if (broken !== undefined)
    result.problems.push({
      code: 'LIBRARY_CORRUPT',
      message: `The audit log was changed at entry ${broken}.`,
    })
}

/** The word indexes are derived from the notes: a difference is mended by building them again. */
function checkWords(library: SqliteLibrary, result: CheckResult): void {
  for (const table of ['notesFts', 'caseWordsFts']) {
    try {
      library.db.prepare(`INSERT INTO ${table} (${table}, rank) VALUES ('integrity-check', 1)`).run()
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CORRUPT')))
        throw error
      library.db.prepare(`INSERT INTO ${table} (${table}) VALUES ('rebuild')`).run()
      result.repaired.push('The word index was built again.')
    }
  }
}

function checkObjects(library: SqliteLibrary, result: CheckResult, onProgress?: (p: Progress) => void): void {
  const named = new Map(library.images.objects().map((each) => [each.sha256, each.bytes]))
  const total = named.size
  let done = 0
  let orphans = 0
  const seen = new Set<string>()
  for (const { sha256 } of library.objects.walk(!library.readOnly)) {
    if (!named.has(sha256)) {
      if (!library.readOnly && !library.isStaging) {
        library.objects.remove(sha256)
        orphans += 1
      }
      continue
    }
    if (objectIsIntact(library.objects.pathOf(sha256), sha256)) seen.add(sha256)
    done += 1
    if (done % 64 === 0) onProgress?.({ phase: 'Checking original files', done, total })
  }
  onProgress?.({ phase: 'Checking original files', done, total })
  if (orphans > 0)
    result.repaired.push(
      `${plural(orphans, 'file that no case needs was', 'files that no case needs were')} removed.`,
    )
  const lost = [...named.keys()].filter((sha256) => !seen.has(sha256))
  if (lost.length > 0)
    result.problems.push({
      code: 'STORAGE_FAILED',
      message: `${plural(lost.length, 'original file is', 'original files are')} missing or damaged.`,
    })
}

function checkPreviews(library: SqliteLibrary, result: CheckResult): void {
  if (library.readOnly) return
  let orphans = 0
  for (const name of library.previews.originals()) {
    if (library.images.objectBytesOf(name) !== undefined) continue
    library.previews.remove(name)
    orphans += 1
  }
  if (orphans > 0)
    result.repaired.push(`${plural(orphans, 'left-over preview was', 'left-over previews were')} removed.`)
}

/** Originals of deleted cases that could not be removed when their case was. */
function checkRemovals(library: SqliteLibrary, result: CheckResult): void {
  const before = library.images.pendingRemovals().length
  if (before === 0) return
  try {
    library.finishRemovals()
  } catch (error) {
    if (!(error instanceof HilumError)) throw error
  }
  const left = library.images.pendingRemovals().length
  if (left > 0)
    result.problems.push({
      code: 'STORAGE_FAILED',
      message: `${plural(left, 'original of a deleted case', 'originals of deleted cases')} could not be removed yet.`,
    })
  if (before > left)
    result.repaired.push(
      `${plural(before - left, 'original of a deleted case was', 'originals of deleted cases were')} removed.`,
    )
}

/**
 * Checks database, audit chain, word indexes, original files and previews. Orphans are swept and derived data
 * is built again; a lost or damaged original is a problem, named by number only.
 */
export function checkLibrary(library: SqliteLibrary, onProgress?: (p: Progress) => void): CheckResult {
  const result: CheckResult = { problems: [], repaired: [] }
  onProgress?.({ phase: 'Checking the database', done: 0 })
  checkDatabase(library, result)
  if (!library.readOnly) checkWords(library, result)
  checkObjects(library, result, onProgress)
  checkPreviews(library, result)
  checkRemovals(library, result)
  return result
}
