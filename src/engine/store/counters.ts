/** The counters that tell caches and snapshots whether they still speak of this library's content. */
import type { Database } from 'better-sqlite3'

export class Counters {
  readonly #read
  readonly #raise
  readonly #raiseFacts
  constructor(db: Database) {
    this.#read = db.prepare<[string], { value: number | string }>('SELECT value FROM meta WHERE key = ?')
    this.#raise = db.prepare('UPDATE meta SET value = value + 1 WHERE key = ?')
    // Libraries made before figures were kept on disk have no such row yet.
    this.#raiseFacts = db.prepare(
      "INSERT INTO meta VALUES ('factsSequence', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1",
    )
  }

  /** Raised by every committed change. */
  get sequence(): number {
    return Number(this.#read.get('sequence')?.value ?? 0)
  }

  /** Raised by every change of the embeddings. */
  get vectorSequence(): number {
    return Number(this.#read.get('vectorSequence')?.value ?? 0)
  }

  /** Raised by every change of embeddings, findings or case facts; notes and settings leave it. */
  get factsSequence(): number {
    return Number(this.#read.get('factsSequence')?.value ?? 0)
  }

  /** Random, given once to each database and anew to a restored one. */
  get epoch(): string {
    return String(this.#read.get('epoch')?.value ?? '')
  }

  /** Inside the change's own transaction. */
  raiseFacts(): void {
    this.#raiseFacts.run()
  }

  /** Inside the change's own transaction. */
  raise(vectors: boolean): void {
    this.#raise.run('sequence')
    if (vectors) this.#raise.run('vectorSequence')
  }
}
