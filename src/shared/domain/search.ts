/** Searches by image and by words: filters, refinements, hits, evidence. */
import { z } from 'zod'
import { findingSchema, fraction, id } from './common.js'
import { studyFactsSchema } from './images.js'

export const closenessSchema = z.enum(['very close', 'close', 'near', 'distant'])

export const hitSchema = z.object({
  rank: z.number().int().min(1),
  caseId: id,
  imageId: id,
  file: z.string(),
  findings: z.array(findingSchema),
  /** Cosine before any re-ranking term. */
  score: z.number(),
  /** Re-ranking terms by name, absent when there are none. */
  terms: z.record(z.string(), z.number()).optional(),
  /** Against this library's own distances. */
  closeness: closenessSchema.optional(),
  source: z.string().optional(),
  study: studyFactsSchema,
  synthetic: z.boolean(),
  notes: z.number().int(),
})
export type Hit = z.infer<typeof hitSchema>

/** Counts of one finding among the hits and how often such cases carried it in this library. */
export const evidenceSchema = z.object({
  finding: findingSchema,
  count: z.number().int(),
  of: z.number().int(),
  sameLabel: fraction.optional(),
  n: z.number().int().optional(),
  low: fraction.optional(),
  high: fraction.optional(),
  /** Share of all the library's labelled cases that carry it; beside `sameLabel` only. */
  baseRate: fraction.optional(),
})
export type Evidence = z.infer<typeof evidenceSchema>

export const filtersSchema = z.object({
  findings: z.array(findingSchema).optional(),
  sources: z.array(z.string()).optional(),
  sexes: z.array(z.enum(['F', 'M', 'O'])).optional(),
  ageMin: z.number().optional(),
  ageMax: z.number().optional(),
  /** Laterals and what is no chest are left out unless this is false, `views` names them, or the query is such an image. */
  frontalOnly: z.boolean().optional(),
  /** ViewPosition as recorded: PA, AP … */
  views: z.array(z.string()).optional(),
  /** Study dates, ISO 8601, both included. */
  dateFrom: z.string().max(10).optional(),
  dateTo: z.string().max(10).optional(),
  /** Leaves out cases whose PatientID is the query's. */
  otherPatientsOnly: z.boolean().optional(),
})
export type Filters = z.infer<typeof filtersSchema>

const weight = z.number().min(-2).max(2)

/** Sources beside the image. Weights are relative to the image's, which is 1. */
export const refinementSchema = z
  .object({
    /** False leaves the image itself out of the ranking. */
    image: z.boolean().optional(),
    /** More like these images of the library, or less where the weight is negative. */
    examples: z
      .array(z.object({ imageId: id, weight }))
      .max(10)
      .optional(),
    /** More of what the words say in an image, or less. */
    concepts: z
      .array(z.object({ text: z.string().min(1).max(300), weight }))
      .max(5)
      .optional(),
    /** Cases whose notes say these words. */
    notes: z.object({ text: z.string().min(1).max(300), weight: z.number().min(0).max(2) }).optional(),
  })
  .strict()
export type Refinement = z.infer<typeof refinementSchema>

/** How the sources of a refined search weighed in. */
export const fusionSchema = z.object({
  /** Share of the ranking that each source decided, summing to 1. */
  shares: z.array(z.object({ name: z.string(), share: fraction })),
  /** Sources that could not be used, and why. */
  declined: z.array(z.object({ text: z.string(), reason: z.string() })),
  milliseconds: z.number(),
})
export type Fusion = z.infer<typeof fusionSchema>

/** How a picture would have to be changed to look like the library's. */
export const misfitSchema = z.enum(['inverted', 'turned left', 'turned right', 'upside down'])
export type Misfit = z.infer<typeof misfitSchema>

const timings = z.object({ decode: z.number(), encode: z.number(), search: z.number(), total: z.number() })

export const imageSearchSchema = z.object({
  query: z.object({
    sha256: z.string(),
    rows: z.number().int(),
    columns: z.number().int(),
    /** Absent until the library is large enough to calibrate. */
    inDistribution: z.boolean().optional(),
    /** Whether the image is like the library's cases is still being worked out: until then its counts are not shown. */
    measuring: z.literal(true).optional(),
    pValue: fraction.optional(),
    reason: z.string().optional(),
    /** Set where the image would be an ordinary one if it were changed so. */
    looks: misfitSchema.optional(),
    /** What else the reader should know of this query and this library, in sentences. */
    remarks: z.array(z.string()).optional(),
    /** The same image in the library, left out of `hits`. */
    inLibrary: z.object({ caseId: id, imageId: id }).optional(),
    /** Cases of the query's patient that were passed over when the evidence was counted. */
    passedOver: z.array(id).optional(),
  }),
  hits: z.array(hitSchema),
  evidence: z.array(evidenceSchema),
  /**
   * The cases that `evidence` counts, nearest first: the ten nearest, without copies of the query and cases of its
   * patient. Where some hits are such, further cases stand in for them.
   */
  counted: z.array(z.object({ imageId: id, findings: z.array(findingSchema) })),
  /** Nearest cases whose findings differ from the majority of `hits`. */
  contrast: z.array(hitSchema),
  /** Why there is no evidence, in words, when `evidence` is empty. */
  evidenceNote: z.string().optional(),
  /** Present when the search was refined. */
  fusion: fusionSchema.optional(),
  /** Cases left after filters, and with each single filter removed: `{ "findings": 214 }`. */
  searched: z.number().int(),
  withoutFilter: z.record(z.string(), z.number().int()).optional(),
  milliseconds: timings,
})
export type ImageSearch = z.infer<typeof imageSearchSchema>

export const textSearchSchema = z.object({
  query: z.object({
    text: z.string(),
    abstained: z.boolean(),
    reason: z.string().optional(),
    understoodAs: z.array(z.string()).optional(),
    /** What these hits cannot tell in this library, in sentences. */
    remarks: z.array(z.string()).optional(),
  }),
  hits: z.array(hitSchema),
  milliseconds: z.number(),
})
export type TextSearch = z.infer<typeof textSearchSchema>
