/** Case notes and the search in them. */
import { z } from 'zod'
import { findingSchema, id } from './common.js'

/** `snippet` marks hits with U+E000 … U+E001; everything else is plain text. */
export const noteHitSchema = z.object({
  caseId: id,
  noteId: id,
  snippet: z.string(),
  score: z.number(),
  findings: z.array(findingSchema),
  imageId: id.optional(),
  negated: z.boolean().optional(),
})

export const noteSearchSchema = z.object({
  hits: z.array(noteHitSchema),
  total: z.number().int(),
  /** Only where the words are so common that not all were ranked: the newest that were, before the others. */
  rankedAmong: z.number().int().optional(),
  milliseconds: z.number(),
})
export type NoteSearch = z.infer<typeof noteSearchSchema>

export const noteSchema = z.object({
  noteId: id,
  caseId: id,
  text: z.string(),
  author: z.string().optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  revisions: z.number().int(),
})
export type Note = z.infer<typeof noteSchema>
