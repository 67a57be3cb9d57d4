/** What a library says of itself: reliability, health, blind readings. */
import { z } from 'zod'
import { findingSchema, fraction, id } from './common.js'
import { labelConflictSchema } from './library.js'

const bin = z.object({
  n: z.number().int(),
  /** Mean of what was said of these cases, and the share that carried the finding, with its 95 % interval. */
  stated: fraction,
  observed: fraction,
  low: fraction,
  high: fraction,
})

const reliabilityLine = z.object({ error: z.number(), bins: z.array(bin) })

/** Stated against observed, of cases left out: the bare share of the neighbours before, the calibrated share after. */
export const reliabilitySchema = z.object({
  n: z.number().int(),
  before: reliabilityLine,
  after: reliabilityLine,
})
export type Reliability = z.infer<typeof reliabilitySchema>

const share = z.object({ value: fraction, low: fraction, high: fraction })

/** The library measured by its own cases, in the background. Images the model was taught are never asked. */
export const healthSchema = z.object({
  /** `measuring` while figures are brought up to date: those shown are the former ones. */
  state: z.enum(['none', 'measuring', 'ready']),
  done: z.number().int().optional(),
  total: z.number().int().optional(),
  measuredAt: z.string().optional(),
  cases: z.number().int(),
  /** Images left out in turn; of these new to the model. */
  asked: z.number().int(),
  fresh: z.number().int(),
  taught: z.number().int(),
  precision: z
    .object({
      n: z.number().int(),
      at: z.record(z.string(), share),
      perFinding: z.record(z.string(), z.object({ n: z.number().int(), at1: fraction })),
    })
    .optional(),
  reliability: reliabilitySchema.optional(),
  copies: z.object({
    pairs: z.number().int(),
    contradict: z.number().int(),
    shown: z.array(z.object({ a: id, b: id, samePatient: z.boolean(), contradict: z.boolean() })),
  }),
  /** Copies that imports left out though their findings contradict the stored ones, until somebody sets these. */
  conflicts: z.object({ total: z.number().int(), shown: z.array(labelConflictSchema) }),
  patients: z.object({
    known: z.number().int(),
    withSeveral: z.number().int(),
    /** Of so many images with a known patient the nearest was of the same patient. */
    asked: z.number().int(),
    samePatientFirst: z.number().int(),
  }),
  /** Cases by finding, sex, age, view, source and year of study. */
  groups: z.object({
    finding: z.record(z.string(), z.number().int()),
    sex: z.record(z.string(), z.number().int()),
    age: z.record(z.string(), z.number().int()),
    view: z.record(z.string(), z.number().int()),
    source: z.record(z.string(), z.number().int()),
    year: z.record(z.string(), z.number().int()),
  }),
  /** By day of import: cases, those asked, and from 30 on their precision at 1 and the median score of the nearest. */
  drift: z.array(
    z.object({
      importedOn: z.string(),
      cases: z.number().int(),
      n: z.number().int(),
      precision: share.optional(),
      nearest: z.number().optional(),
    }),
  ),
  /** Precision at 1 of cases left out, after each change. */
  history: z.array(
    z.object({
      at: z.string(),
      cases: z.number().int(),
      model: z.string(),
      value: fraction,
      low: fraction,
      high: fraction,
    }),
  ),
  remarks: z.array(z.string()),
})
export type Health = z.infer<typeof healthSchema>

/** An impression noted before the hits were shown, and what the nearest cases carried. */
export const readingSchema = z.object({
  at: z.string(),
  /** Of the image's file: no name, no patient. */
  sha256: z.string().max(64),
  library: z.string().max(200),
  impression: findingSchema,
  confidence: z.enum(['unsure', 'likely', 'certain']),
  text: z.string().max(500).optional(),
  /** What most of the nearest cases carry; absent without evidence. */
  majority: findingSchema.optional(),
  count: z.number().int().optional(),
  of: z.number().int().optional(),
})
export type Reading = z.infer<typeof readingSchema>
