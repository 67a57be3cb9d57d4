/** Patient, study and acquisition facts of a DICOM object (PS3.3 C.7.1 to C.8.11). */
import type { StudyFacts } from '@shared/domain/images.js'
import type { Attributes } from './attributes.js'

const isoDate = (value: string | undefined): string | undefined => {
  const match = /^(\d{4})[.-]?(\d{2})[.-]?(\d{2})$/.exec(value ?? '')
  if (!match) return undefined
  const [, year, month, day] = match
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  // A date such as 20190231 rolls over: it is no date.
  return Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)
    ? undefined
    : `${year}-${month}-${day}`
}

/** Years of an Age String (`035Y`, `018M`, `003W`, `010D`). */
export function yearsOf(age: string | undefined): number | undefined {
  const match = /^(\d{1,3})([DWMY])$/.exec(age ?? '')
  if (!match) return undefined
  const n = Number(match[1])
  const perYear = { D: 365.25, W: 52.18, M: 12, Y: 1 }[match[2] as 'D' | 'W' | 'M' | 'Y']
  return Math.round((n / perYear) * 100) / 100
}

function ageBetween(birth: string | undefined, study: string | undefined): number | undefined {
  if (birth === undefined || study === undefined) return undefined
  const years = (Date.parse(study) - Date.parse(birth)) / (365.25 * 86_400_000)
  return years >= 0 && years < 130 ? Math.round(years * 100) / 100 : undefined
}

/** A person's name for people: the alphabetic group first, `^` as separators become spaces. */
export function personName(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const groups = value.split('=').map((group) => {
    const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group
      .split('^')
      .map((s) => s.trim())
    return [prefix, given, middle, family, suffix].filter((part) => part !== '').join(' ')
  })
  const [alphabetic = '', ...others] = groups.filter((group) => group !== '')
  const other = others[0]
  if (alphabetic === '') return other
  return other === undefined ? alphabetic : `${alphabetic} (${other})`
}

/** What the header says; empty attributes are absent. */
export function studyFacts(attributes: Attributes): StudyFacts {
  const sex = attributes.text('x00100040')?.toUpperCase()
  const studyDate =
    isoDate(attributes.text('x00080020')) ??
    isoDate(attributes.text('x00080022')) ??
    isoDate(attributes.text('x00080023'))
  const found: Partial<Record<keyof StudyFacts, unknown>> = {
    patientId: attributes.words('x00100020'),
    patientName: personName(attributes.words('x00100010')),
    patientSex: sex === 'F' || sex === 'M' || sex === 'O' ? sex : undefined,
    patientAge:
      yearsOf(attributes.text('x00101010')) ?? ageBetween(isoDate(attributes.text('x00100030')), studyDate),
    studyDate,
    studyDescription: attributes.words('x00081030'),
    modality: attributes.text('x00080060'),
    bodyPart: attributes.text('x00180015') ?? anatomy(attributes),
    viewPosition: attributes.text('x00185101') ?? viewCode(attributes),
    studyInstanceUid: attributes.text('x0020000d'),
    seriesInstanceUid: attributes.text('x0020000e'),
    sopInstanceUid: attributes.text('x00080018'),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** Anatomic Region Sequence's code meaning, where Body Part Examined is empty (PS3.3 C.8.11.1). */
function anatomy(attributes: Attributes): string | undefined {
  return attributes.items('x00082218')[0]?.text('x00080104')?.toUpperCase()
}

/** View Code Sequence (CID 4010): projection by its SNOMED code. */
function viewCode(attributes: Attributes): string | undefined {
  const item = attributes.items('x00540220')[0]
  const code = item?.text('x00080100')
  const known: Record<string, string> = {
    'R-10206': 'AP',
    '399067008': 'LL',
    'R-10214': 'PA',
    '272460009': 'AP',
    '272479007': 'PA',
    'R-10236': 'LL',
    'R-10232': 'RL',
    '399173006': 'LL',
    '399198007': 'RL',
  }
  return code === undefined ? undefined : known[code]
}
