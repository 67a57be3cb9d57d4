/** Names for other patients and their cases that hold within one report and say nothing outside it. */
import { createHmac, randomBytes } from 'node:crypto'

/** Crockford's alphabet: no I, L, O, U to misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export class Pseudonyms {
  /** Hex; kept in the report's own data, so that a run again can recognise the same cases. */
  readonly salt: string

  constructor(salt: string = randomBytes(16).toString('hex')) {
    this.salt = salt
  }

  /** `P-7Q4K`: one a patient; cases without a patient number are patients of their own. */
  patient(patientId: string | undefined, caseId: string): string {
    const digest = this.#digest(patientId === undefined ? `case:${caseId}` : `patient:${patientId}`)
    return `P-${Array.from(digest.subarray(0, 4), (byte) => ALPHABET[byte & 31]).join('')}`
  }

  /** Recognises a case of the library without telling its number. */
  caseKey(caseId: string): string {
    return this.#digest(`key:${caseId}`).subarray(0, 12).toString('hex')
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', Buffer.from(this.salt, 'hex')).update(text).digest()
  }
}

/**
 * Takes a patient's number and the parts of the name out of free text.
 * @param name as DICOM writes it, `Family^Given^…` (PS3.5 6.2.1), or in plain words
 */
export function withoutIdentity(
  text: string,
  patient: { patientId?: string | undefined; patientName?: string | undefined },
  pseudonym: string,
): string {
  const parts = [patient.patientId, ...(patient.patientName?.split(/[\^=\s,]+/u) ?? [])]
    .filter((part): part is string => part !== undefined && part.length >= 2)
    .sort((a, b) => b.length - a.length)
  let out = text
  for (const part of parts) {
    const literal = part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    out = out.replace(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'giu'), pseudonym)
  }
  return out
}
