/** What this computer has: checks, models, a change of model. */
import { z } from 'zod'
import { problemSchema } from '../errors.js'
import { id } from './common.js'

export const doctorSchema = z.object({
  ok: z.boolean(),
  versions: z.object({
    hilum: z.string(),
    node: z.string(),
    electron: z.string().optional(),
    sqlite: z.string(),
    faiss: z.string(),
    onnxruntime: z.string(),
  }),
  encoder: z.object({ id: z.string(), sha256: z.string(), provider: z.string() }).optional(),
  providers: z.array(
    z.object({
      name: z.string(),
      available: z.boolean(),
      reason: z.string(),
      /** Of one 224 x 224 image, median. */
      milliseconds: z.number().optional(),
    }),
  ),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
})
export type Doctor = z.infer<typeof doctorSchema>

export const modelRowSchema = z.object({
  id,
  name: z.string(),
  sha256: z.string(),
  inUse: z.boolean(),
  towers: z.array(z.enum(['image', 'text'])),
  dimension: z.number().int(),
  ok: z.boolean(),
  reason: z.string().optional(),
})
export type ModelRow = z.infer<typeof modelRowSchema>

/** A change of model under way in the background, or why the last one ended early. The model before serves until it is done. */
export const modelSwitchSchema = z.object({
  id,
  name: z.string(),
  state: z.enum(['encoding', 'failed', 'cancelled']),
  done: z.number().int(),
  total: z.number().int(),
  problem: problemSchema.optional(),
})
export type ModelSwitchState = z.infer<typeof modelSwitchSchema>
