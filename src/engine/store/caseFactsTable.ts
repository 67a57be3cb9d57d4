/**
 * The filterable facts of every image of a model as columns in memory: a filter over 100,000 cases takes a few
 * milliseconds here and a hundred in SQL, and a search counts the cases under each filter anew.
 */
import type { Database } from 'better-sqlite3'
import type { Filters } from '@shared/domain/search.js'
import { findingsOf } from './caseRows.js'

/** Numbers for strings, in order of appearance; 0 is "not recorded". */
class Dictionary {
  readonly names: string[] = ['']
  readonly #numbers = new Map<string, number>()
  numberOf(name: string | null): number {
    if (name === null) return 0
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.names.length)
    return this.names.push(name) - 1
  }
  /** For each number, whether its string passes. */
  passing(test: (name: string) => boolean): boolean[] {
    return this.names.map((name, number) => number > 0 && test(name))
  }
}

type CaseColumns = [
  caseKey: number,
  findings: string,
  source: string | null,
  sex: string | null,
  age: number | null,
  patientId: string | null,
  view: string,
  viewPosition: string | null,
  studyDate: string | null,
]
/** Whether the case in a row passes one filter. */
type Test = (row: number) => boolean

/** 2024-01-31 as 20240131; 0 for none and for what is no date. */
const dayOf = (date: string | null) => Number(date?.replaceAll('-', '').slice(0, 8) ?? 0) || 0

const isFrontal = (view: string) => view === 'frontal' || view === 'unknown'

export class CaseFactsTable {
  readonly #findings = new Dictionary()
  readonly #sources = new Dictionary()
  readonly #sexes = new Dictionary()
  readonly #patients = new Dictionary()
  readonly #viewPositions = new Dictionary()
  readonly #rows: number
  readonly #columns: {
    findings: Int32Array
    source: Int32Array
    sex: Int8Array
    age: Float32Array
    patient: Int32Array
    frontal: Uint8Array
    viewPosition: Int16Array
    /** Day as the number 20240131; 0 is not recorded. */
    day: Int32Array
  }
  /** Images with an embedding: the index key and the row of their case. */
  readonly #keys: Float64Array
  readonly #caseRows: Int32Array
  readonly #imageFrontal: Uint8Array

  constructor(db: Database, modelKey: number) {
    const count = (sql: string, ...values: number[]) =>
      db
        .prepare<unknown[], number>(sql)
        .pluck()
        .get(...values) ?? 0
    const size = count('SELECT count(*) FROM cases')
    this.#rows = size
    this.#columns = {
      findings: new Int32Array(size),
      source: new Int32Array(size),
      sex: new Int8Array(size),
      age: new Float32Array(size),
      patient: new Int32Array(size),
      frontal: new Uint8Array(size),
      viewPosition: new Int16Array(size),
      day: new Int32Array(size),
    }
    const rowOfCase = this.#readCases(db)
    const images = count('SELECT count(*) FROM embeddings WHERE modelKey = ?', modelKey)
    this.#keys = new Float64Array(images)
    this.#caseRows = new Int32Array(images)
    this.#imageFrontal = new Uint8Array(images)
    this.#readImages(db, modelKey, rowOfCase)
  }

  /** Index keys whose images pass, the number of cases that pass, and that number with each single filter removed. */
  filtered(filters: Filters, queryPatientId?: string) {
    const tests = this.#tests(filters, queryPatientId)
    const names = [...tests.keys()]
    const all = [...tests.values()]
    const pass = new Uint8Array(this.#rows)
    const withoutFilter: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]))
    let cases = 0
    for (let row = 0; row < this.#rows; row += 1) {
      let failed = -1
      let failures = 0
      for (let at = 0; at < all.length && failures < 2; at += 1) {
        if (all[at]?.(row) === true) continue
        failed = at
        failures += 1
      }
      if (failures === 0) {
        pass[row] = 1
        cases += 1
        for (const name of names) withoutFilter[name] = (withoutFilter[name] ?? 0) + 1
      } else if (failures === 1) {
        const name = names[failed] ?? ''
        withoutFilter[name] = (withoutFilter[name] ?? 0) + 1
      }
    }
    const keys = new Set<number>()
    for (let at = 0; at < this.#keys.length; at += 1) {
      if (pass[this.#caseRows[at] ?? 0] !== 1) continue
      if (filters.frontalOnly === true && this.#imageFrontal[at] !== 1) continue
      keys.add(this.#keys[at] ?? 0)
    }
    return { keys, cases, withoutFilter }
  }

  /** Cases that pass all filters. */
  count(filters: Filters): number {
    const all = [...this.#tests(filters).values()]
    let cases = 0
    for (let row = 0; row < this.#rows; row += 1) if (all.every((test) => test(row))) cases += 1
    return cases
  }

  #tests(filters: Filters, queryPatientId?: string): Map<string, Test> {
    const tests = new Map<string, Test>()
    const { findings, source, sex, age, patient, frontal, viewPosition, day } = this.#columns
    if (filters.findings !== undefined && filters.findings.length > 0) {
      const wanted = new Set(filters.findings.map((each) => each.toUpperCase()))
      const passing = this.#findings.passing((json) => findingsOf(json).some((each) => wanted.has(each)))
      tests.set('findings', (row) => passing[findings[row] ?? 0] === true)
    }
    if (filters.sources !== undefined && filters.sources.length > 0) {
      const wanted = new Set(filters.sources)
      const passing = this.#sources.passing((name) => wanted.has(name))
      tests.set('sources', (row) => passing[source[row] ?? 0] === true)
    }
    if (filters.sexes !== undefined && filters.sexes.length > 0) {
      const wanted = new Set<string>(filters.sexes)
      const passing = this.#sexes.passing((name) => wanted.has(name))
      tests.set('sexes', (row) => passing[sex[row] ?? 0] === true)
    }
    const { ageMin = Number.NEGATIVE_INFINITY, ageMax = Number.POSITIVE_INFINITY } = filters
    if (filters.ageMin !== undefined || filters.ageMax !== undefined)
      // Not recorded is NaN and passes neither bound.
      tests.set('age', (row) => (age[row] ?? Number.NaN) >= ageMin && (age[row] ?? Number.NaN) <= ageMax)
    if (filters.views !== undefined && filters.views.length > 0) {
      const wanted = new Set(filters.views.map((each) => each.toUpperCase()))
      const passing = this.#viewPositions.passing((name) => wanted.has(name))
      tests.set('views', (row) => passing[viewPosition[row] ?? 0] === true)
    }
    if (filters.dateFrom !== undefined || filters.dateTo !== undefined) {
      const [from, to] = [dayOf(filters.dateFrom ?? null) || 1, dayOf(filters.dateTo ?? null) || 99_999_999]
      tests.set('date', (row) => (day[row] ?? 0) >= from && (day[row] ?? 0) <= to)
    }
    if (filters.frontalOnly === true) tests.set('frontalOnly', (row) => frontal[row] === 1)
    if (filters.otherPatientsOnly === true && queryPatientId !== undefined) {
      const own = this.#patients.numberOf(queryPatientId)
      tests.set('otherPatientsOnly', (row) => patient[row] !== own)
    }
    return tests
  }

  #readCases(db: Database): Map<number, number> {
    const rowOfCase = new Map<number, number>()
    const cases = db
      .prepare(
        `SELECT caseKey, findings, source, patientSex, patientAge, patientId, view, study ->> '$.viewPosition', studyDate FROM cases`,
      )
      .raw()
      .iterate() as IterableIterator<CaseColumns>
    let row = 0
    for (const [caseKey, findings, source, sex, age, patientId, view, viewPosition, studyDate] of cases) {
      if (row >= this.#rows) break
      rowOfCase.set(caseKey, row)
      this.#columns.findings[row] = this.#findings.numberOf(findings)
      this.#columns.source[row] = this.#sources.numberOf(source)
      this.#columns.sex[row] = this.#sexes.numberOf(sex)
      this.#columns.age[row] = age ?? Number.NaN
      this.#columns.patient[row] = this.#patients.numberOf(patientId)
      this.#columns.frontal[row] = isFrontal(view) ? 1 : 0
      this.#columns.viewPosition[row] = this.#viewPositions.numberOf(viewPosition?.toUpperCase() ?? null)
      this.#columns.day[row] = dayOf(studyDate)
      row += 1
    }
    return rowOfCase
  }

  #readImages(db: Database, modelKey: number, rowOfCase: ReadonlyMap<number, number>): void {
    const images = new Map<number, { row: number; frontal: number }>()
    const all = db.prepare('SELECT imageKey, caseKey, view FROM images INDEXED BY imagesByCase').raw()
    for (const [imageKey, caseKey, view] of all.iterate() as IterableIterator<[number, number, string]>)
      images.set(imageKey, { row: rowOfCase.get(caseKey) ?? 0, frontal: isFrontal(view) ? 1 : 0 })
    const embeddings = db
      .prepare<[number]>(
        'SELECT embeddingKey, imageKey FROM embeddings INDEXED BY embeddingsByModel WHERE modelKey = ?',
      )
      .raw()
    let at = 0
    for (const [key, imageKey] of embeddings.iterate(modelKey) as IterableIterator<[number, number]>) {
      const image = images.get(imageKey)
      if (image === undefined || at >= this.#keys.length) continue
      this.#keys[at] = key
      this.#caseRows[at] = image.row
      this.#imageFrontal[at] = image.frontal
      at += 1
    }
  }
}
