/** Cases and what hangs on them: findings, patients, the words they are found by. */
import type { Database } from 'better-sqlite3'
import type { StudyFacts } from '@shared/domain/images.js'
import type { CaseRow } from '@shared/domain/library.js'
import type { Filters } from '@shared/domain/search.js'
import { HilumError } from '@shared/errors.js'
import type { Decoded } from '../ports/decoding.js'
import { normalisedFindings } from './caseFacts.js'
import { CASE_COLUMNS, caseRowOf, findingsOf, studyOf, type CaseRecord } from './caseRows.js'
import { allOf, filterParts, type SqlPart } from './filterSql.js'
import { caseIdOf } from './ids.js'
import { wordPrefixes } from './noteQuery.js'

export type CaseQuery = {
  offset: number
  limit: number
  words?: string
  filters?: Filters
  sort?: string
  descending?: boolean
}

export type NewCase = {
  studyKey: string | undefined
  study: StudyFacts
  view: Decoded['view']
  source: string | undefined
  sourceUrl: string | undefined
  licence: string | undefined
  synthetic: boolean
  importedAt: string
}

const SORT_COLUMNS: ReadonlyMap<string, string> = new Map([
  ['number', 'caseKey'],
  ['finding', 'findings'],
  ['patient', 'patientId'],
  ['age', 'patientAge'],
  ['view', 'view'],
  ['date', 'studyDate'],
  ['source', 'source'],
  ['notes', 'noteCount'],
  ['imported', 'importedAt'],
])

type AddedImage = { imageKey: number; study: StudyFacts; view: Decoded['view']; synthetic: boolean }

export class CaseRepository {
  readonly #db: Database
  readonly #statements
  constructor(db: Database) {
    this.#db = db
    this.#statements = {
      byKey: db.prepare<[number], CaseRecord>(`SELECT ${CASE_COLUMNS} FROM cases WHERE caseKey = ?`),
      byStudy: db.prepare<[string], { caseKey: number }>('SELECT caseKey FROM cases WHERE studyKey = ?'),
      insert: db.prepare(
        `INSERT INTO cases (studyKey, patientKey, study, view, patientId, patientSex, patientAge, studyDate,
           source, sourceUrl, licence, synthetic, importedAt)
         VALUES (@studyKey, @patientKey, @study, @view, @patientId, @patientSex, @patientAge, @studyDate,
           @source, @sourceUrl, @licence, @synthetic, @importedAt)`,
      ),
      remove: db.prepare('DELETE FROM cases WHERE caseKey = ?'),
      patient: db.prepare<[string], { patientKey: number }>(
        'SELECT patientKey FROM patients WHERE patientId = ?',
      ),
      insertPatient: db.prepare('INSERT INTO patients (patientId) VALUES (?)'),
      removePatients: db.prepare(
        'DELETE FROM patients WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.patientKey = patients.patientKey)',
      ),
      addImage: db.prepare(
        `UPDATE cases SET imageCount = imageCount + 1, synthetic = min(synthetic, @synthetic),
           primaryImageKey = CASE WHEN primaryImageKey IS NULL OR (view <> 'frontal' AND @view = 'frontal')
             THEN @imageKey ELSE primaryImageKey END,
           study = CASE WHEN view <> 'frontal' AND @view = 'frontal' THEN json_patch(study, @study) ELSE study END,
           view = CASE WHEN @view = 'frontal' THEN 'frontal' ELSE view END
         WHERE caseKey = @caseKey`,
      ),
      setFindings: db.prepare('UPDATE cases SET findings = ? WHERE caseKey = ?'),
      removeFindings: db.prepare('DELETE FROM caseFindings WHERE caseKey = ?'),
      insertFinding: db.prepare('INSERT INTO caseFindings (caseKey, finding) VALUES (?, ?)'),
      files: db.prepare<[number], { file: string }>('SELECT file FROM images WHERE caseKey = ? LIMIT 50'),
      setWords: db.prepare(
        `INSERT INTO caseWords (caseKey, words) VALUES (?, ?)
         ON CONFLICT (caseKey) DO UPDATE SET words = excluded.words`,
      ),
      count: db.prepare<[], { n: number }>('SELECT count(*) AS n FROM cases'),
      labelled: db.prepare<[], { n: number }>('SELECT count(DISTINCT caseKey) AS n FROM caseFindings'),
      patients: db.prepare<[], { n: number }>('SELECT count(*) AS n FROM patients'),
      real: db.prepare<[], { n: number }>('SELECT EXISTS (SELECT 1 FROM cases WHERE synthetic = 0) AS n'),
      byFinding: db.prepare<[], { name: string; n: number }>(
        'SELECT finding AS name, count(*) AS n FROM caseFindings GROUP BY finding ORDER BY finding',
      ),
      bySource: db.prepare<[], { name: string; n: number }>(
        'SELECT source AS name, count(*) AS n FROM cases WHERE source IS NOT NULL GROUP BY source ORDER BY source',
      ),
    }
  }

  /** @throws CASE_NOT_FOUND */
  record(caseKey: number): CaseRecord {
    const record = this.#statements.byKey.get(caseKey)
    if (!record) throw new HilumError('CASE_NOT_FOUND')
    return record
  }

  findRecord(caseKey: number): CaseRecord | undefined {
    return this.#statements.byKey.get(caseKey)
  }

  /** The case an image belongs to, made when it is the study's first. */
  findOrInsert(entry: NewCase): number {
    if (entry.studyKey !== undefined) {
      const known = this.#statements.byStudy.get(entry.studyKey)
      if (known) return known.caseKey
    }
    const { study } = entry
    const inserted = this.#statements.insert.run({
      studyKey: entry.studyKey ?? null,
      patientKey: study.patientId === undefined ? null : this.#patientKey(study.patientId),
      study: JSON.stringify(study),
      view: entry.view,
      patientId: study.patientId ?? null,
      patientSex: study.patientSex ?? null,
      patientAge: study.patientAge ?? null,
      studyDate: study.studyDate ?? null,
      source: entry.source ?? null,
      sourceUrl: entry.sourceUrl ?? null,
      licence: entry.licence ?? null,
      synthetic: entry.synthetic ? 1 : 0,
      importedAt: entry.importedAt,
    })
    return Number(inserted.lastInsertRowid)
  }

  /** Counts a new image in; the first frontal becomes the one that stands for the case, whose facts are then its own. */
  imageAdded(caseKey: number, { imageKey, study, view, synthetic }: AddedImage): void {
    this.#statements.addImage.run({
      caseKey,
      imageKey,
      study: JSON.stringify(study),
      view,
      synthetic: synthetic ? 1 : 0,
    })
  }

  findings(caseKey: number): string[] {
    return findingsOf(this.record(caseKey).findings)
  }

  setFindings(caseKey: number, findings: readonly string[]): void {
    const wanted = normalisedFindings(findings)
    this.#statements.removeFindings.run(caseKey)
    for (const finding of wanted) this.#statements.insertFinding.run(caseKey, finding)
    this.#statements.setFindings.run(JSON.stringify(wanted), caseKey)
  }

  /** Rewrites the words the case is found by in the library's list. */
  refreshWords(caseKey: number): void {
    const record = this.record(caseKey)
    const study = studyOf(record.study)
    const words = [
      caseIdOf(caseKey),
      ...findingsOf(record.findings),
      record.source ?? '',
      study.patientId ?? '',
      study.patientName ?? '',
      study.studyDescription ?? '',
      ...this.#statements.files.all(caseKey).map((each) => each.file),
    ]
    this.#statements.setWords.run(caseKey, words.filter((each) => each !== '').join('\n'))
  }

  remove(caseKey: number): boolean {
    return this.#statements.remove.run(caseKey).changes > 0
  }

  removePatientsWithoutCases(): void {
    this.#statements.removePatients.run()
  }

  /** @param known the number of cases that pass, where it is known without counting */
  list(query: CaseQuery, known?: number): { total: number; rows: CaseRow[] } {
    const parts: SqlPart[] = [...filterParts(query.filters ?? {}).values()]
    for (const prefix of wordPrefixes(query.words ?? ''))
      parts.push({
        sql: `caseKey IN (SELECT rowid FROM caseWordsFts WHERE caseWordsFts MATCH ?
                UNION SELECT notes.caseKey FROM notesFts JOIN notes ON notes.noteKey = notesFts.rowid
                WHERE notesFts MATCH ?)`,
        values: [prefix, prefix],
      })
    const where = allOf(parts)
    const total =
      known ??
      this.#db
        .prepare<unknown[], { n: number }>(`SELECT count(*) AS n FROM cases WHERE ${where.sql}`)
        .get(...where.values)?.n ??
      0
    const column = SORT_COLUMNS.get(query.sort ?? 'number') ?? 'caseKey'
    const direction = query.descending === true ? 'DESC' : 'ASC'
    const order =
      column === 'caseKey'
        ? `caseKey ${direction}`
        : `${column} ${direction} NULLS LAST, caseKey ${direction}`
    const records = this.#db
      .prepare<unknown[], CaseRecord>(
        `SELECT ${CASE_COLUMNS} FROM cases WHERE ${where.sql} ORDER BY ${order} LIMIT ? OFFSET ?`,
      )
      .all(...where.values, query.limit, query.offset)
    return { total, rows: records.map(caseRowOf) }
  }

  count(): number {
    return this.#statements.count.get()?.n ?? 0
  }

  /** Cases with at least one finding. */
  labelledCount(): number {
    return this.#statements.labelled.get()?.n ?? 0
  }

  patientCount(): number {
    return this.#statements.patients.get()?.n ?? 0
  }

  /** True when there are cases and every one is drawn. */
  allSynthetic(): boolean {
    return this.#statements.real.get()?.n === 0 && this.count() > 0
  }

  countsByFinding(): Record<string, number> {
    return Object.fromEntries(this.#statements.byFinding.all().map((each) => [each.name, each.n]))
  }

  countsBySource(): Record<string, number> {
    return Object.fromEntries(this.#statements.bySource.all().map((each) => [each.name, each.n]))
  }

  #patientKey(patientId: string): number {
    const known = this.#statements.patient.get(patientId)
    return known?.patientKey ?? Number(this.#statements.insertPatient.run(patientId).lastInsertRowid)
  }
}
