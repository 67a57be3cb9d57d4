/** The images and cases behind index keys, all in one statement: a search asks for a dozen, a calibration for thousands. */
import type { Database } from 'better-sqlite3'
import type { VectorRow } from '../ports/library.js'
import { CASE_COLUMNS, caseRowOf, type CaseRecord } from './caseRows.js'
import { imageIdOf } from './ids.js'

type Record = CaseRecord & {
  embeddingKey: number
  imageKey: number
  file: string
  imageView: VectorRow['view']
}

const COLUMNS = CASE_COLUMNS.split(',')
  .map((column) => `cases.${column.trim()}`)
  .join(', ')

export class VectorRows {
  readonly #statement
  constructor(db: Database) {
    this.#statement = db.prepare<[string], Record>(
      `SELECT embeddings.embeddingKey, images.imageKey, images.file, images.view AS imageView, ${COLUMNS}
       FROM json_each(?) AS wanted
       JOIN embeddings ON embeddings.embeddingKey = wanted.value
       JOIN images ON images.imageKey = embeddings.imageKey
       JOIN cases ON cases.caseKey = images.caseKey
       ORDER BY wanted.key`,
    )
  }

  /** In the order asked; missing ones are left out. */
  of(keys: readonly number[]): VectorRow[] {
    return this.#statement.all(JSON.stringify(keys)).map((record) => ({
      key: record.embeddingKey,
      imageId: imageIdOf(record.imageKey),
      row: caseRowOf(record),
      file: record.file,
      view: record.imageView,
    }))
  }
}
