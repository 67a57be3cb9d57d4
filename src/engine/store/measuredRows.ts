/** What measuring a library reads of its images: one statement a page, nothing parsed that is not needed. */
import type { Database } from 'better-sqlite3'
import type { MeasuredRow } from '../ports/library.js'
import { findingsOf } from './caseRows.js'
import { caseIdOf, imageIdOf } from './ids.js'

type Columns = {
  key: number
  imageKey: number
  caseKey: number
  file: string
  sha256: string
  pixelSha256: string
  findings: string
  patientId: string | null
  patientSex: string | null
  patientAge: number | null
  view: MeasuredRow['view']
  source: string | null
  studyDate: string | null
  importedAt: string
}

/** Rows of at most `limit` embeddings of a model above `afterKey`, in key order; none without that model. */
export function measuredPage(
  db: Database,
  modelKey: number | undefined,
  afterKey: number,
  limit: number,
): MeasuredRow[] {
  if (modelKey === undefined) return []
  const rows = db
    .prepare<[number, number, number], Columns>(
      `SELECT e.embeddingKey AS key, i.imageKey, i.caseKey, i.file, i.facts ->> '$.sha256' AS sha256, i.pixelSha256,
         c.findings, c.patientId, c.patientSex, c.patientAge, i.view, c.source, c.studyDate, c.importedAt
       FROM embeddings e NOT INDEXED JOIN images i ON i.imageKey = e.imageKey JOIN cases c ON c.caseKey = i.caseKey
       WHERE e.embeddingKey > ? AND e.modelKey = ? ORDER BY e.embeddingKey LIMIT ?`,
    )
    .all(afterKey, modelKey, limit)
  return rows.map((row) => ({
    key: row.key,
    imageId: imageIdOf(row.imageKey),
    caseId: caseIdOf(row.caseKey),
    file: row.file,
    sha256: row.sha256,
    pixelSha256: row.pixelSha256,
    findings: findingsOf(row.findings),
    view: row.view,
    importedAt: row.importedAt,
    ...(row.patientId === null ? {} : { patientId: row.patientId }),
    ...(row.patientSex === null ? {} : { sex: row.patientSex }),
    ...(row.patientAge === null ? {} : { age: row.patientAge }),
    ...(row.source === null ? {} : { source: row.source }),
    ...(row.studyDate === null ? {} : { studyDate: row.studyDate }),
  }))
}
