/** Ids are the rows' integer keys in readable form; keys are never used twice, so neither are ids. */
import { HilumError } from '@shared/errors.js'

const pattern = (word: string) => new RegExp(`^${word}-0*([1-9]\\d{0,14})$`)
const CASE = pattern('case')
const IMAGE = pattern('image')
const NOTE = pattern('note')

const format = (word: string, key: number) => `${word}-${String(key).padStart(4, '0')}`
const parse = (match: RegExpExecArray | null) => (match?.[1] === undefined ? undefined : Number(match[1]))

/** `case-0042`: also the number shown to people. */
export const caseIdOf = (caseKey: number) => format('case', caseKey)
export const imageIdOf = (imageKey: number) => format('image', imageKey)
export const noteIdOf = (noteKey: number) => format('note', noteKey)

/** @throws CASE_NOT_FOUND for anything that is not the id of a case */
export function caseKeyOf(caseId: string): number {
  const key = parse(CASE.exec(caseId))
  if (key === undefined) throw new HilumError('CASE_NOT_FOUND')
  return key
}

/** @throws IMAGE_NOT_FOUND for anything that is not the id of an image */
export function imageKeyOf(imageId: string): number {
  const key = parse(IMAGE.exec(imageId))
  if (key === undefined) throw new HilumError('IMAGE_NOT_FOUND')
  return key
}

/** @throws CASE_NOT_FOUND for anything that is not the id of a note */
export function noteKeyOf(noteId: string): number {
  const key = parse(NOTE.exec(noteId))
  if (key === undefined) throw new HilumError('CASE_NOT_FOUND', 'This note is not in the library any more.')
  return key
}
