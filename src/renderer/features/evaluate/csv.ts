import type { Evaluation } from '@shared/domain.js'

/** A cell that no spreadsheet takes for a formula. */
const cell = (value: string | number): string => {
  const text = String(value)
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text
  return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

/** Figures first, then one line for each query, RFC 4180. */
export function evaluationCsv(result: Evaluation): string {
  const lines: (string | number)[][] = [
    ['figure', 'value', 'low', 'high'],
    ...Object.entries(result.precisionAt).map(([k, value]) => [
      `precisionAt${k}`,
      value,
      ...(result.interval95[`precisionAt${k}`] ?? result.interval95[k] ?? ['', '']),
    ]),
    ...Object.entries(result.hitAt).map(([k, value]) => [`hitAt${k}`, value, '', '']),
    ['map', result.map, ...(result.interval95['map'] ?? ['', ''])],
    [`voteOf${result.vote.k}`, result.vote.accuracy, '', ''],
    ['model', result.model.id, result.model.sha256, ''],
    [],
    ['query', 'truth', 'precision', 'nearest'],
    ...(result.wall ?? []).map((row) => [
      row.file,
      row.truth,
      row.precision,
      row.hits.map((hit) => hit.finding).join(' '),
    ]),
  ]
  return lines.map((line) => line.map(cell).join(',')).join('\r\n')
}
