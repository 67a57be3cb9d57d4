/** `model.json` of a model pack: a folder under resources/models or the user's models folder. */
import { z } from 'zod'

const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/, 'a plain file name inside the pack')
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const modelPackSchema = z.object({
  schema: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,60}$/),
  name: z.string().min(1).max(120),
  version: z.string().min(1).max(40),
  /** Length of every embedding and of every projected patch. */
  dimension: z.number().int().min(2).max(4096),
  labels: z.array(z.string()).min(1),
  towers: z.object({
    image: z.object({
      file: fileName,
      input: z.string(),
      channels: z.union([z.literal(1), z.literal(3)]),
      range: z.tuple([z.number(), z.number()]),
      /** Side lengths the graph resizes to itself: rows, columns. */
      inputSize: z.tuple([z.number().int(), z.number().int()]),
      /** Patch rows, columns. */
      grid: z.tuple([z.number().int().min(1), z.number().int().min(1)]),
      /** Fraction of the image's side one patch sees. */
      receptiveField: z.number().min(0),
      outputs: z.object({ patches: z.string(), embedding: z.string(), seen: z.string().optional() }),
    }),
    text: z
      .object({
        file: fileName,
        tokenizer: fileName,
        maxTokens: z.number().int().min(4).max(512),
        inputs: z.object({ ids: z.string(), mask: z.string() }),
        outputs: z.object({ embedding: z.string(), answerable: z.string().optional() }),
        /** `answerable` below this abstains. */
        abstainBelow: z.number().min(0).max(1).optional(),
      })
      .optional(),
  }),
  files: z.record(fileName, sha256),
  training: z.looseObject({ images: fileName.optional() }),
  population: z.string(),
  intendedUse: z.string(),
  limits: z.array(z.string()),
  licence: z.string(),
  attribution: z.array(z.string()),
})
export type ModelPack = z.infer<typeof modelPackSchema>
