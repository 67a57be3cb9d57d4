/** A small JSON file of named values, written whole and atomically. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { HilumError } from '@shared/errors.js'

/** Characters of the whole file's JSON: settings are choices, not data. */
const LIMIT = 1_000_000

export class SettingsFile {
  readonly #path: string
  #values: Map<string, unknown>

  /** Reads the file; a missing one is empty, a damaged one is set aside as `*.damaged` and counts as empty. */
  constructor(path: string) {
    this.#path = path
    this.#values = this.#read()
  }

  get(key: string): unknown {
    return this.#values.get(key)
  }

  all(): Record<string, unknown> {
    return Object.fromEntries(this.#values)
  }

  /**
   * Sets one value, `undefined` or null removes it.
   * @throws HilumError PAYLOAD_INVALID for what JSON cannot hold or is too large, STORAGE_FAILED when it cannot be written
   */
  set(key: string, value: unknown): void {
    const next = new Map(this.#values)
    if (value === undefined || value === null) next.delete(key)
    else next.set(key, value)
    const text = JSON.stringify(Object.fromEntries(next), undefined, 2)
    if (text.length > LIMIT) throw new HilumError('PAYLOAD_INVALID', 'This setting is too large.')
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
      const part = `${this.#path}.part`
      writeFileSync(part, text, { mode: 0o600, flush: true })
      renameSync(part, this.#path)
    } catch (cause) {
      throw new HilumError('STORAGE_FAILED', 'The setting could not be saved.', { cause })
    }
    this.#values = next
  }

  #read(): Map<string, unknown> {
    let text: string
    try {
      text = readFileSync(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
      throw new HilumError('FILE_UNREADABLE', 'The settings file cannot be read.', { cause: error })
    }
    try {
      const parsed: unknown = JSON.parse(text)
      if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
        return new Map(Object.entries(parsed))
    } catch {
      // Not JSON: handled as damaged below, like JSON of another shape.
    }
    renameSync(this.#path, `${this.#path}.damaged`)
    return new Map()
  }
}
