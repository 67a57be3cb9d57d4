/** Database rows <-> the contract's case rows. */
import { findingSchema } from '@shared/domain/common.js'
import { fileFactsSchema, studyFactsSchema, type FileFacts, type StudyFacts } from '@shared/domain/images.js'
import { type CaseRow } from '@shared/domain/library.js'
import type { Decoded } from '../ports/decoding.js'
import { caseIdOf, imageIdOf } from './ids.js'

export type CaseRecord = {
  caseKey: number
  primaryImageKey: number | null
  findings: string
  study: string
  view: string
  source: string | null
  sourceUrl: string | null
  licence: string | null
  synthetic: number
  imageCount: number
  noteCount: number
  importedAt: string
}

export const CASE_COLUMNS = `caseKey, primaryImageKey, findings, study, view, source, sourceUrl, licence,
  synthetic, imageCount, noteCount, importedAt`

const VIEWS: readonly string[] = ['frontal', 'lateral', 'other', 'unknown']

export function viewOf(text: string): Decoded['view'] {
  return VIEWS.includes(text) ? (text as Decoded['view']) : 'unknown'
}

export function findingsOf(json: string): string[] {
  return findingSchema.array().parse(JSON.parse(json))
}

export function studyOf(json: string): StudyFacts {
  return studyFactsSchema.parse(JSON.parse(json))
}

export function fileFactsOf(json: string): FileFacts {
  return fileFactsSchema.parse(JSON.parse(json))
}

export function caseRowOf(record: CaseRecord): CaseRow {
  const caseId = caseIdOf(record.caseKey)
  return {
    caseId,
    number: caseId,
    imageId: imageIdOf(record.primaryImageKey ?? 0),
    findings: findingsOf(record.findings),
    ...(record.source === null ? {} : { source: record.source }),
    study: studyOf(record.study),
    view: viewOf(record.view),
    images: record.imageCount,
    notes: record.noteCount,
    synthetic: record.synthetic === 1,
    importedAt: record.importedAt,
  }
}
