/** The facts that filters look at, in memory, with the answer to the last filters; both made anew after a change. */
import type { Filters } from '@shared/domain.js'
import { CaseFactsTable } from './caseFactsTable.js'
import type { SqliteLibrary } from './sqliteLibrary.js'

type Filtered = ReturnType<CaseFactsTable['filtered']>

export class FilterCache {
  readonly #library: SqliteLibrary
  #facts: { version: string; table: CaseFactsTable } | undefined
  #last: { key: string; value: Filtered } | undefined

  constructor(library: SqliteLibrary) {
    this.#library = library
  }

  /** @param version changes with every change of what filters look at */
  filtered(version: string, filters: Filters, queryPatientId?: string): Filtered {
    const key = JSON.stringify([version, filters, queryPatientId])
    if (this.#last?.key !== key)
      this.#last = { key, value: this.#table(version).filtered(filters, queryPatientId) }
    return this.#last.value
  }

  /** Cases that pass. */
  count(version: string, filters: Filters): number {
    return this.#table(version).count(filters)
  }

  #table(version: string): CaseFactsTable {
    if (this.#facts?.version !== version) {
      const { db, embeddings, modelId } = this.#library
      this.#facts = { version, table: new CaseFactsTable(db, embeddings.model(modelId)?.modelKey ?? 0) }
    }
    return this.#facts.table
  }
}
