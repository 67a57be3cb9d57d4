/** The facts that filters look at, in memory, with the answers to the last filters; both made anew after a change. */
import type { Filters } from '@shared/domain/search.js'
import { CaseFactsTable } from './caseFactsTable.js'
import type { SqliteLibrary } from './sqliteLibrary.js'

type Filtered = ReturnType<CaseFactsTable['filtered']>

/** Answers kept: each search also asks for the cases without the finding that most hits carry, which changes with the query. */
const KEPT = 8

export class FilterCache {
  readonly #library: SqliteLibrary
  #facts: { version: string; table: CaseFactsTable } | undefined
  /** The least recently used first. */
  readonly #answers = new Map<string, Filtered>()

  constructor(library: SqliteLibrary) {
    this.#library = library
  }

  /** @param version changes with every change of what filters look at */
  filtered(version: string, filters: Filters, queryPatientId?: string): Filtered {
    const key = JSON.stringify([version, filters, queryPatientId])
    const value = this.#answers.get(key) ?? this.#table(version).filtered(filters, queryPatientId)
    this.#answers.delete(key)
    this.#answers.set(key, value)
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= KEPT) break
      this.#answers.delete(oldest)
    }
    return value
  }

  /** Cases that pass. */
  count(version: string, filters: Filters): number {
    return this.#table(version).count(filters)
  }

  #table(version: string): CaseFactsTable {
    if (this.#facts?.version !== version) {
      const { db, embeddings, modelId } = this.#library
      this.#answers.clear()
      this.#facts = { version, table: new CaseFactsTable(db, embeddings.model(modelId)?.modelKey ?? 0) }
    }
    return this.#facts.table
  }
}
