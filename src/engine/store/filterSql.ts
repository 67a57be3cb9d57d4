/** The contract's filters as SQL over the table `cases`. */
import type { Filters } from '@shared/domain/search.js'

export type SqlPart = { sql: string; values: (string | number)[] }

/** Each filter on its own, by the name the contract gives it. `ageMin` and `ageMax` are one filter, `age`. */
export function filterParts(filters: Filters): Map<string, SqlPart> {
  const parts = new Map<string, SqlPart>()
  const oneOf = (name: string, sql: (marks: string) => string, values: readonly string[] | undefined) => {
    if (values !== undefined && values.length > 0)
      parts.set(name, { sql: sql(values.map(() => '?').join(', ')), values: [...values] })
  }
  oneOf(
    'findings',
    (marks) =>
      `EXISTS (SELECT 1 FROM caseFindings f WHERE f.caseKey = cases.caseKey AND f.finding IN (${marks}))`,
    filters.findings?.map((each) => each.toUpperCase()),
  )
  oneOf('sources', (marks) => `source IN (${marks})`, filters.sources)
  oneOf('sexes', (marks) => `patientSex IN (${marks})`, filters.sexes)
  oneOf(
    'views',
    (marks) => `upper(study ->> '$.viewPosition') IN (${marks})`,
    filters.views?.map((each) => each.toUpperCase()),
  )
  const date: SqlPart[] = []
  if (filters.dateFrom !== undefined) date.push({ sql: 'studyDate >= ?', values: [filters.dateFrom] })
  if (filters.dateTo !== undefined) date.push({ sql: 'studyDate <= ?', values: [filters.dateTo] })
  if (date.length > 0) parts.set('date', allOf(date))
  const age: SqlPart[] = []
  if (filters.ageMin !== undefined) age.push({ sql: 'patientAge >= ?', values: [filters.ageMin] })
  if (filters.ageMax !== undefined) age.push({ sql: 'patientAge <= ?', values: [filters.ageMax] })
  if (age.length > 0) parts.set('age', allOf(age))
  // Images that do not tell their view (plain PNG) stay: most are frontal, and a filter must not empty a library.
  if (filters.frontalOnly === true)
    parts.set('frontalOnly', { sql: "view IN ('frontal', 'unknown')", values: [] })
  return parts
}

/** All parts joined by AND; `1` when there are none. */
export function allOf(parts: readonly SqlPart[]): SqlPart {
  if (parts.length === 0) return { sql: '1', values: [] }
  return {
    sql: parts.map((part) => part.sql).join(' AND '),
    values: parts.flatMap((part) => part.values),
  }
}
