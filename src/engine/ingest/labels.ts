/** Label files: CSV with `file`, `finding` (or {@link COLUMNS other names} of them) and optional metadata (docs: hilum --labels). */
import { parse } from 'csv-parse/sync'
import { HilumError } from '@shared/errors.js'
import { findingsIn } from '@shared/findingList.js'
import type { ItemLabels } from '../ports/decoding.js'

/** Labels by the path or base name that the file gives, lower case and `/`-separated. */
export type Labels = {
  find(name: string): ItemLabels | undefined
  readonly rows: number
  /** Whether any row has fitted a name so far. */
  readonly used: boolean
}

const MOST_ROWS = 1_000_000
const key = (name: string): string =>
  name.replace(/\\/g, '/').replace(/^\.\//, '').normalize('NFC').toLowerCase()

/**
 * Other names of the columns, as public collections and spreadsheets give them: a folder that was labelled for another
 * tool needs no new file. The first name is ours and goes before the others.
 */
const COLUMNS: Record<string, readonly string[]> = {
  file: ['file', 'filename', 'file_name', 'image', 'image_index', 'path'],
  finding: ['finding', 'findings', 'finding_labels', 'label', 'labels', 'class', 'diagnosis'],
  patient_id: ['patient_id', 'patientid', 'patient'],
  study_date: ['study_date', 'studydate', 'date'],
  view: ['view', 'view_position', 'viewposition'],
  sex: ['sex', 'gender', 'patient_sex', 'patient_gender'],
  age: ['age', 'patient_age'],
}

/** The columns under our names; a further column of the same meaning stays under its own. */
function columnsOf(header: readonly string[]): string[] {
  const names = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  )
  const ours = new Map<number, string>()
  for (const [column, others] of Object.entries(COLUMNS)) {
    const at = others.map((name) => names.indexOf(name)).find((place) => place >= 0)
    if (at !== undefined) ours.set(at, column)
  }
  return names.map((name, at) => ours.get(at) ?? (Object.hasOwn(COLUMNS, name) ? `${name}_too` : name))
}

const VIEWS: Record<string, string> = { pa: 'PA', ap: 'AP' }

function sexOf(value: string | undefined): 'F' | 'M' | 'O' | undefined {
  const letter = value?.trim().toUpperCase().slice(0, 1)
  return letter === 'F' || letter === 'M' || letter === 'O' ? letter : undefined
}

function labelsOf(row: Record<string, string | undefined>): ItemLabels {
  const text = (column: string): string | undefined => {
    const value = row[column]?.trim()
    return value === undefined || value === '' ? undefined : value
  }
  // Years, or an age string as DICOM writes it: 058Y.
  const age = Number(text('age')?.replace(/^(\d+)Y$/i, '$1'))
  const view = text('view')
  const findings = findingsIn(text('finding') ?? '')
  const found: { [K in keyof ItemLabels]: ItemLabels[K] | undefined } = {
    findings: findings.length === 0 ? undefined : findings,
    patientId: text('patient_id'),
    studyDate: text('study_date'),
    view: view === undefined ? undefined : (VIEWS[view.toLowerCase()] ?? view),
    sex: sexOf(text('sex')),
    age: Number.isFinite(age) && age >= 0 && age < 150 ? age : undefined,
    sourceUrl: text('source_url'),
    licence: text('licence'),
    notes: text('notes'),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** The one the header line uses: a note may hold any of the others. */
function delimiterOf(bytes: Uint8Array): string {
  const [header = ''] = Buffer.from(bytes.subarray(0, 4096))
    .toString('utf8')
    .trimStart()
    .split(/[\r\n]/, 1)
  const count = (delimiter: string) => header.split(delimiter).length
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best))
}

/**
 * Reads a label file (UTF-8, comma, semicolon or tab; quoted fields may hold line breaks).
 * @throws HilumError LABELS_INVALID
 */
export function parseLabels(bytes: Uint8Array): Labels {
  let rows: Record<string, string | undefined>[]
  try {
    rows = parse(Buffer.from(bytes), {
      bom: true,
      columns: columnsOf,
      delimiter: delimiterOf(bytes),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      to: MOST_ROWS,
    })
  } catch (error) {
    throw new HilumError('LABELS_INVALID', undefined, { detail: String(error).slice(0, 300), cause: error })
  }
  const first = rows[0]
  if (!first || !('file' in first) || !('finding' in first))
    throw new HilumError(
      'LABELS_INVALID',
      first
        ? `The label file cannot be used: its columns are ${Object.keys(first).join(', ').slice(0, 200)}.`
        : 'The label file cannot be used: it has no rows.',
    )
  const byPath = new Map<string, ItemLabels>()
  const byName = new Map<string, ItemLabels>()
  for (const row of rows) {
    const file = row['file']?.trim()
    if (file === undefined || file === '') continue
    const labels = labelsOf(row)
    const path = key(file)
    byPath.set(path, labels)
    byName.set(path.slice(path.lastIndexOf('/') + 1), labels)
  }
  const find = (name: string): ItemLabels | undefined => {
    // The longest path that fits wins: two folders may hold files of one base name.
    const parts = key(name).split('/')
    for (let from = 0; from < parts.length; from++) {
      const found = byPath.get(parts.slice(from).join('/'))
      if (found) return found
    }
    return byName.get(parts.at(-1) ?? '')
  }
  let used = false
  return {
    rows: byPath.size,
    find: (name) => {
      const found = find(name)
      used ||= found !== undefined
      return found
    },
    get used() {
      return used
    },
  }
}
