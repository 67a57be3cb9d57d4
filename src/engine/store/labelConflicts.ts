/** Copies that an import left out though their labels contradict the case that holds the same pixels. */
import type { Database } from 'better-sqlite3'
import type { LabelConflict } from '@shared/domain/library.js'
import { findingsOf } from './caseRows.js'
import { caseIdOf } from './ids.js'

type Row = { caseKey: number; file: string; offered: string; stored: string; at: string }

/** More are counted, not listed. */
const LISTED = 500

export class LabelConflicts {
  readonly #statements
  constructor(db: Database) {
    this.#statements = {
      add: db.prepare(
        `INSERT INTO labelConflicts (caseKey, file, findings, at) VALUES (@caseKey, @file, @findings, @at)
         ON CONFLICT (caseKey, findings) DO UPDATE SET file = excluded.file, at = excluded.at`,
      ),
      settle: db.prepare('DELETE FROM labelConflicts WHERE caseKey = ?'),
      list: db.prepare<[number], Row>(
        `SELECT caseKey, file, labelConflicts.findings AS offered, cases.findings AS stored, at
         FROM labelConflicts JOIN cases USING (caseKey) ORDER BY at DESC, caseKey LIMIT ?`,
      ),
      count: db.prepare<[], { n: number }>('SELECT count(*) AS n FROM labelConflicts'),
    }
  }

  /** The same said again, be it of another file, is one conflict. */
  add(caseKey: number, file: string, findings: readonly string[], at: string): void {
    this.#statements.add.run({ caseKey, file, findings: JSON.stringify(findings), at })
  }

  /** Somebody has decided what this case carries. */
  settle(caseKey: number): void {
    this.#statements.settle.run(caseKey)
  }

  /** Newest first. */
  list(): { total: number; shown: LabelConflict[] } {
    return {
      total: this.#statements.count.get()?.n ?? 0,
      shown: this.#statements.list.all(LISTED).map(({ caseKey, file, offered, stored }) => ({
        caseId: caseIdOf(caseKey),
        file,
        offered: findingsOf(offered),
        stored: findingsOf(stored),
      })),
    }
  }
}

/** What a copy brings that its case does not carry; a case may carry more, of its other images. */
export function contradicts(stored: readonly string[], offered: readonly string[]): boolean {
  return stored.length > 0 && offered.some((finding) => !stored.includes(finding))
}
