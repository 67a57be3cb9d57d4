/** Numbers, dates and facts as people read them. Units and order follow the system's locale where it matters. */
import type { StudyFacts, ViewKind } from '@shared/domain/images.js'
import { findingInWords } from '@shared/findingWords.js'

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })

/** 4708 -> "4,708" */
export const count = (n: number): string => whole.format(n)

/** "1 case", "2 cases" */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`

/** Fraction 0..1 -> "94 %" */
export const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`

/** Score with three decimals; never a percentage. */
export const score = (value: number): string => value.toFixed(3)

/** ISO date -> "12 Mar 2024"; anything else as it came. */
export function date(iso: string | undefined): string | undefined {
  if (iso === undefined) return undefined
  const at = new Date(iso.length === 10 ? `${iso}T00:00:00` : iso)
  if (Number.isNaN(at.getTime())) return iso
  return at.toLocaleDateString('en-GB', { day: '2-digit', month: 'short', year: 'numeric' })
}

/** ISO time -> "12 Mar 2024, 14:05"; anything else as it came. */
export function dateTime(iso: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  return at.toLocaleString('en-GB', {
    day: '2-digit',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
}

/** Age in years as said on a ward: months below two years. */
export function age(years: number | undefined): string | undefined {
  if (years === undefined) return undefined
  if (years < 2) return `${Math.round(years * 12)} mo`
  return `${Math.floor(years)} y`
}

/** "3 y M", or what of it is recorded. */
export function ageSex(study: StudyFacts): string | undefined {
  const parts = [age(study.patientAge), study.patientSex].filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(' ') : undefined
}

/** Of a note, so much is shown in a list, as in the PDF; its search and its editor have all of it. */
const NOTE_CHARACTERS = 3000

/** The beginning of a long note, with its length said. */
export function shortened(text: string): string {
  if (text.length <= NOTE_CHARACTERS) return text
  return `${text.slice(0, NOTE_CHARACTERS)} … (shortened: the note has ${count(text.length)} characters)`
}

/** Bytes -> "3.1 GB" */
export function bytes(n: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = n
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`
}

/** `NO_FINDING` -> "No finding", `PNEUMONIA` -> "Pneumonia" */
export function findingName(finding: string): string {
  const words = findingInWords(finding)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** `IndexFlatIP` -> "exact": what the name of the index means to a reader */
export const indexName = (kind: string): string => (/flat/i.test(kind) ? 'exact' : kind)

const PROVIDER_NAMES: Record<string, string> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  tensorrt: 'TensorRT',
  dml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
}

/** Name of an execution provider as its maker writes it. */
export const providerName = (name: string): string => PROVIDER_NAMES[name] ?? name

/** Seconds -> "8 s", "3 min" */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

/**
 * "AP", or the words for a view that has no ViewPosition.
 * @param seen whether it was recognised from the picture alone; of a library's cases that is not kept
 */
export function viewName(study: StudyFacts, view: ViewKind, seen?: boolean): string {
  if (study.viewPosition !== undefined) return study.viewPosition
  if (view === 'frontal' && seen === true) return 'frontal, recognised from the picture'
  if (view === 'frontal' && seen === undefined) return 'looks frontal'
  return view === 'unknown' ? '' : viewWord(view)
}

/** Words of a view that was found by tags or by the picture. */
export const viewWord = (view: ViewKind): string => VIEW_WORDS[view]
const VIEW_WORDS: Record<ViewKind, string> = {
  frontal: 'frontal',
  lateral: 'lateral',
  other: 'not a chest radiograph',
  unknown: 'unknown view',
}
