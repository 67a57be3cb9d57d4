/**
 * What of a person may be seen on the screen: the one rule of hiding identities, which every screen asks. Hidden are names and
 * numbers of patients, dates of studies and notes, descriptions in free text, file names, who wrote a note, and in the tag browser
 * what the basic profile of PS3.15 removes and all that people or devices write freely. Age, sex, view and findings stay: they are read with the image. So do the words of
 * notes, in which the patient's own name and number are covered, and what the pixels themselves show.
 */
import type { Failure, StudyFacts } from '@shared/domain/images.js'
import type { Tag } from '@shared/domain/viewer.js'
import { ageSex, date } from '../strings/format.js'
import { s } from '../strings/strings.js'
import { usePrefs } from './prefs.js'

export type Identity = {
  hidden: boolean
  /** Name or number, then age and sex: the line of an overlay. */
  who(study: StudyFacts): string
  /** The name, or the number where there is none. */
  patient(study: StudyFacts): string | undefined
  /** The patient's number: cases of a library have no name. */
  number(study: StudyFacts): string | undefined
  /** A day in a patient's life, ISO 8601. */
  day(iso: string | undefined): string | undefined
  /** Descriptions of studies and series, authors: short free text. */
  text(value: string | undefined): string | undefined
  file(name: string): string
  /** A sentence about a file, which may begin with its name. */
  failure(failure: Failure): Failure
  /** A note of a case, with what is known of its patient covered. */
  note(text: string, study: StudyFacts | undefined): string
  tag(tag: Tag): string
}

function covered(text: string, study: StudyFacts | undefined): string {
  const parts = [study?.patientId, ...(study?.patientName?.split(/[\s(),]+/) ?? [])]
  let out = text
  for (const part of parts) {
    // Initials and single digits would cover half of the text.
    if (part === undefined || part.length < 3) continue
    out = out.replaceAll(new RegExp(part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi'), s.shell.hidden)
  }
  return out
}

/** Value representations in which anything may be written: words, names of stations, addresses. */
const FREE = /^(AE|LO|LT|SH|ST|UC|UR|UT)$/
/** Of these the attributes that hold a code of a published scheme (PS3.3 8.8), not words of the department. */
const CODED = new Set(['CodeValue', 'CodingSchemeDesignator', 'CodingSchemeVersion', 'CodeMeaning'])
/** UIDs that DICOM itself gives out: classes and syntaxes. Any other names one object or one place. */
const OF_THE_STANDARD = /^1\.2\.840\.10008\./

function tells({ identifying, vr, keyword, value }: Tag): boolean {
  if (identifying) return true
  if (vr === 'UI') return value.split('\\').some((uid) => !OF_THE_STANDARD.test(uid))
  return FREE.test(vr) && !CODED.has(keyword)
}

const baseName = (file: string): string => file.split(/[/\\]/).at(-1) ?? file

function withoutFile(text: string, file: string): string {
  return text.replaceAll(file, s.shell.hiddenFile).replaceAll(baseName(file), s.shell.hiddenFile)
}

/** The rule, for identities hidden or shown. */
export function identity(hidden: boolean): Identity {
  const covers = (value: string | undefined, instead: string): string | undefined =>
    value === undefined || value === '' || !hidden ? value : instead
  const self: Identity = {
    hidden,
    who: (study) => [self.patient(study), ageSex(study)].filter(Boolean).join(' · '),
    patient: (study) => covers(study.patientName ?? study.patientId, s.shell.hiddenPatient),
    number: (study) => covers(study.patientId, s.shell.hidden),
    day: (iso) => covers(date(iso), s.shell.hiddenDate),
    text: (value) => covers(value, s.shell.hidden),
    file: (name) => covers(name, s.shell.hiddenFile) ?? '',
    failure: (failure) =>
      hidden
        ? {
            ...failure,
            file: s.shell.hiddenFile,
            message: withoutFile(failure.message, failure.file),
            remedy: withoutFile(failure.remedy, failure.file),
          }
        : failure,
    note: (text, study) => (hidden ? covered(text, study) : text),
    tag: (tag) => (tells(tag) ? (covers(tag.value, s.shell.hidden) ?? '') : tag.value),
  }
  return self
}

/** The rule as the reader has set it. */
export function useIdentity(): Identity {
  return identity(usePrefs((prefs) => prefs.hideIdentities))
}
