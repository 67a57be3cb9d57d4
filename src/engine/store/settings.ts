/** Values the library keeps for its users: JSON by key. */
import type { Database } from 'better-sqlite3'

/** Settings the library itself reads. */
export const LIBRARY_SETTING = { model: 'library.model', name: 'library.name' } as const

export class SettingsRepository {
  readonly #get
  readonly #set
  readonly #remove
  constructor(db: Database) {
    this.#get = db.prepare<[string], { value: string }>('SELECT value FROM settings WHERE key = ?')
    this.#set = db.prepare(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    )
    this.#remove = db.prepare('DELETE FROM settings WHERE key = ?')
  }

  get(key: string): unknown {
    const row = this.#get.get(key)
    return row === undefined ? undefined : (JSON.parse(row.value) as unknown)
  }

  set(key: string, value: unknown): void {
    if (value === undefined) this.#remove.run(key)
    else this.#set.run(key, JSON.stringify(value))
  }
}
