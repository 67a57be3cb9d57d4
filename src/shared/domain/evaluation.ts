/** Retrieval measured with sets of queries, by image and by words. */
import { z } from 'zod'
import { findingSchema } from './common.js'
import { failureSchema } from './images.js'

const interval = z.tuple([z.number(), z.number()])

/** One image of an answer on the wall. `same`: it carries what was asked for. */
const wallHit = z.object({
  file: z.string(),
  imageId: z.string().optional(),
  queryId: z.string().optional(),
  /** Several are joined by commas. */
  finding: z.string(),
  same: z.boolean(),
  score: z.number(),
})

export const evaluationSchema = z.object({
  model: z.object({ id: z.string(), sha256: z.string() }),
  gallery: z.object({
    path: z.string(),
    images: z.number().int(),
    perClass: z.record(z.string(), z.number().int()),
  }),
  queries: z.object({
    path: z.string(),
    images: z.number().int(),
    perClass: z.record(z.string(), z.number().int()),
    /** Queries that the model was trained on, by the list in its pack; absent where it knows of none. */
    taught: z.number().int().optional(),
    /** Queries whose file or pixels lie in the gallery too; absent where none does. */
    inGallery: z.number().int().optional(),
  }),
  precisionAt: z.record(z.string(), z.number()),
  hitAt: z.record(z.string(), z.number()),
  map: z.number(),
  vote: z.object({ k: z.number().int(), accuracy: z.number() }),
  perClass: z.record(
    z.string(),
    z.object({
      queries: z.number().int(),
      precisionAt: z.record(z.string(), z.number()),
      hitAt: z.record(z.string(), z.number()),
      map: z.number(),
      vote: z.number(),
      /** Of the precision, by k. */
      interval95: z.record(z.string(), interval),
    }),
  ),
  interval95: z.record(z.string(), interval),
  /** What the figures cannot tell, or are flattered by, in sentences; absent where there is nothing to say. */
  remarks: z.array(z.string()).optional(),
  failures: z.array(failureSchema),
  seconds: z.number(),
  /** One entry a query, present where the caller asked for the wall. */
  wall: z
    .array(
      z.object({
        file: z.string(),
        queryId: z.string().optional(),
        imageId: z.string().optional(),
        /** Several are joined by commas. */
        truth: z.string(),
        hits: z.array(wallHit),
        precision: z.number(),
      }),
    )
    .optional(),
})
export type Evaluation = z.infer<typeof evaluationSchema>

/** One line of a file of text queries: what it should find, or that nothing can be found by it. */
export const textQuerySchema = z.union([
  z.object({ text: z.string().trim().min(1), relevant: z.array(findingSchema).min(1) }).strict(),
  z.object({ text: z.string().trim().min(1), abstain: z.literal(true) }).strict(),
])
export type TextQuery = z.infer<typeof textQuerySchema>

export const textEvaluationSchema = z.object({
  model: evaluationSchema.shape.model,
  gallery: evaluationSchema.shape.gallery,
  queries: z.object({ path: z.string(), count: z.number().int() }),
  /** Means over the queries that have an answer; one that was declined counts as 0. */
  precisionAt: z.record(z.string(), z.number()),
  /** Absent when no query of the file has an answer. */
  ndcgAt10: z.number().optional(),
  /** Queries that have an answer: how many got one. */
  answered: z.object({ count: z.number().int(), of: z.number().int() }),
  /** Queries that have none: how many were declined. */
  abstain: z.object({ correct: z.number().int(), of: z.number().int() }),
  perQuery: z.array(
    z.object({
      text: z.string(),
      relevant: z.array(findingSchema).optional(),
      /** Present for queries that should be declined. */
      abstain: z.literal(true).optional(),
      abstained: z.boolean(),
      precisionAt: z.record(z.string(), z.number()).optional(),
      ndcgAt10: z.number().optional(),
      /** The nearest ten, present where the caller asked for the wall and the query was answered. */
      hits: z.array(wallHit).optional(),
    }),
  ),
  /** As in {@link evaluationSchema}. */
  remarks: z.array(z.string()).optional(),
  failures: z.array(failureSchema),
  seconds: z.number(),
})
export type TextEvaluation = z.infer<typeof textEvaluationSchema>
