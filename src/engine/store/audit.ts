/**
 * Who did what, when. Each entry carries the hash of the one before it, so that a changed, removed or inserted
 * entry is found. Subjects are ids, never names: deleting a case leaves nothing of the patient here.
 */
import { createHash } from 'node:crypto'
import * as os from 'node:os'
import type { Database } from 'better-sqlite3'
import type { AuditEntry } from '@shared/domain/library.js'

const FIRST = '0'.repeat(64)

function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { at, actor, action, subject, detail, previous } = entry
  return createHash('sha256')
    .update(JSON.stringify([entry.entry, at, actor, action, subject, detail, previous]))
    .digest('hex')
}

function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    // A user id without an account (containers) has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

export class AuditLog {
  readonly #last
  readonly #insert
  readonly #all
  readonly #page
  readonly #highest
  readonly #ofAction
  readonly #actor = userName()
  constructor(db: Database) {
    this.#last = db.prepare<[], { entry: number; hash: string }>(
      'SELECT entry, hash FROM audit ORDER BY entry DESC LIMIT 1',
    )
    this.#insert = db.prepare(
      `INSERT INTO audit (entry, at, actor, action, subject, detail, previous, hash)
       VALUES (@entry, @at, @actor, @action, @subject, @detail, @previous, @hash)`,
    )
    this.#all = db.prepare<[], AuditEntry>('SELECT * FROM audit ORDER BY entry')
    this.#page = db.prepare<[number, number], AuditEntry>(
      'SELECT * FROM audit ORDER BY entry DESC LIMIT ? OFFSET ?',
    )
    this.#ofAction = db.prepare<[string], { subject: string; detail: string }>(
      'SELECT subject, detail FROM audit WHERE action = ? ORDER BY entry DESC',
    )
    this.#highest = db.prepare<[], { seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
  }

  /** Appends inside the caller's transaction. */
  append(action: string, subject: string, detail: Readonly<Record<string, unknown>> = {}): void {
    const last = this.#last.get()
    const entry = {
      entry: (last?.entry ?? 0) + 1,
      at: new Date().toISOString(),
      actor: this.#actor,
      action,
      subject,
      detail: JSON.stringify(detail),
      previous: last?.hash ?? FIRST,
    }
    this.#insert.run({ ...entry, hash: hashOf(entry) })
  }

  /** Subjects and details of all entries of one action, newest first. */
  ofAction(action: string): { subject: string; detail: string }[] {
    return this.#ofAction.all(action)
  }

  /** Newest first. */
  page(offset: number, limit: number): { total: number; entries: AuditEntry[] } {
    return { total: this.#last.get()?.entry ?? 0, entries: this.#page.all(limit, offset) }
  }

  /** The number of the first entry that does not follow from the one before it, or undefined. */
  firstBroken(): number | undefined {
    let previous = FIRST
    let expected = 1
    for (const entry of this.#all.iterate()) {
      if (entry.entry !== expected || entry.previous !== previous || entry.hash !== hashOf(entry))
        return entry.entry
      previous = entry.hash
      expected += 1
    }
    // SQLite's own count of the entries ever made: the last ones cannot go without a trace either.
    return (this.#highest.get()?.seq ?? 0) >= expected ? expected : undefined
  }
}
