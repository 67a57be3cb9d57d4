/** A library: its cases, what it holds, what was done with it, what an import took. */
import { z } from 'zod'
import { findingSchema, id } from './common.js'
import { failureSchema, fileFactsSchema, studyFactsSchema, viewKindSchema } from './images.js'
import { noteSchema } from './notes.js'

/** A case is one study of one patient (or a single labelled image). */
export const caseRowSchema = z.object({
  caseId: id,
  /** Number shown to people: `case-0042`. */
  number: z.string(),
  imageId: id,
  findings: z.array(findingSchema),
  source: z.string().optional(),
  study: studyFactsSchema,
  view: viewKindSchema,
  images: z.number().int(),
  notes: z.number().int(),
  synthetic: z.boolean(),
  importedAt: z.string(),
})
export type CaseRow = z.infer<typeof caseRowSchema>

export const caseDetailSchema = caseRowSchema.extend({
  licence: z.string().optional(),
  sourceUrl: z.string().optional(),
  imageList: z.array(z.object({ imageId: id, facts: fileFactsSchema, view: viewKindSchema })),
  noteList: z.array(noteSchema),
})
export type CaseDetail = z.infer<typeof caseDetailSchema>

export const libraryInfoSchema = z.object({
  path: z.string(),
  name: z.string(),
  cases: z.number().int(),
  images: z.number().int(),
  /** Patients that headers or a labels file number. Library health also goes by file names where there is no number. */
  patients: z.number().int(),
  /** Cases by finding: one with several is counted under each. */
  findings: z.record(z.string(), z.number().int()),
  /** Cases with at least one finding. */
  labelled: z.number().int(),
  sources: z.record(z.string(), z.number().int()),
  model: z.string(),
  indexKind: z.string(),
  indexVectors: z.number().int(),
  schemaVersion: z.number().int(),
  bytes: z.number().int(),
  readOnly: z.boolean(),
  /** Who holds it when `readOnly` for that reason. */
  heldBy: z.string().optional(),
  synthetic: z.boolean(),
  /** The library carries a sample study, in no case of it, that `query.openSample` opens. */
  sample: z.boolean().optional(),
})
export type LibraryInfo = z.infer<typeof libraryInfoSchema>

/** One entry of the audit log; `hash` covers it and `previous`, the hash of the one before it. */
export const auditEntrySchema = z.object({
  entry: z.number().int(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  previous: z.string(),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>

/** A copy of an image of the library that came with other findings: it was left out, and the stored ones stand. */
export const labelConflictSchema = z.object({
  /** Name of the file left out. */
  file: z.string(),
  /** The case that holds the same pixels. */
  caseId: id,
  offered: z.array(findingSchema),
  stored: z.array(findingSchema),
})
export type LabelConflict = z.infer<typeof labelConflictSchema>

export const importResultSchema = z.object({
  imported: z.number().int(),
  duplicates: z.number().int(),
  failures: z.array(failureSchema),
  cases: z.number().int(),
  images: z.number().int(),
  seconds: z.number(),
  cancelled: z.boolean().optional(),
  /** Of `duplicates`, those whose labels contradict the stored ones; absent where none does. */
  conflicts: z.array(labelConflictSchema).optional(),
})
export type ImportResult = z.infer<typeof importResultSchema>

/** Progress of a long call. `done` of `total` (absent while counting); rate per second. */
export const progressSchema = z.object({
  phase: z.string(),
  done: z.number(),
  total: z.number().optional(),
  rate: z.number().optional(),
  /** Latest file or step. */
  item: z.string().optional(),
  imported: z.number().int().optional(),
  duplicates: z.number().int().optional(),
  failures: z.array(failureSchema).optional(),
})
export type Progress = z.infer<typeof progressSchema>
