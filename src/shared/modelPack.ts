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
      /** Whole-image minimum and maximum become the range's ends first. */
      stretch: z.boolean().default(false),
      /** One a channel; (value - mean) / std after the range. */
      mean: z.array(z.number()).optional(),
      std: z.array(z.number().positive()).optional(),
      /** Rows and columns of the graph's own input. */
      inputSize: z.tuple([z.number().int().min(1).max(4096), z.number().int().min(1).max(4096)]),
      /**
       * Who brings an image to `inputSize`: `graph` the ONNX graph itself, from any size; `squash` Hilum, giving up the
       * aspect; `crop` Hilum: the shorter side to `shorterSide`, then the centre.
       */
      resize: z.enum(['graph', 'squash', 'crop']).default('graph'),
      shorterSide: z.number().int().min(1).max(4096).optional(),
      /** Patch rows, columns. */
      grid: z.tuple([z.number().int().min(1), z.number().int().min(1)]),
      /** Fraction of the image's side one patch sees. */
      receptiveField: z.number().min(0),
      /** Without `patches` the one patch is the whole image: [1, 1]. */
      outputs: z.object({
        patches: z.string().optional(),
        embedding: z.string(),
        seen: z.string().optional(),
      }),
    }),
    text: z
      .object({
        file: fileName,
        tokenizer: fileName,
        maxTokens: z.number().int().min(4).max(512),
        /** Without `mask` the graph knows padding by its number. */
        inputs: z.object({ ids: z.string(), mask: z.string().optional() }),
        padId: z.number().int().min(0).default(0),
        /** Characters that a query loses at its end. */
        stripEnd: z.string().max(20).optional(),
        outputs: z.object({ embedding: z.string(), answerable: z.string().optional() }),
        /** `answerable` below this abstains. */
        abstainBelow: z.number().min(0).max(1).optional(),
      })
      .optional(),
  }),
  /**
   * Wording the text tower was taught: `template` with `{}` for a query, and, in the place of a query that is one of
   * these words (lower case), several prompts whose unnormalised vectors are averaged.
   */
  prompts: z
    .object({
      template: z.string().includes('{}').max(200).optional(),
      words: z.record(z.string(), z.array(z.string().min(1).max(300)).min(1).max(50)).optional(),
    })
    .optional(),
  files: z.record(fileName, sha256),
  training: z.looseObject({ images: fileName.optional() }),
  population: z.string(),
  intendedUse: z.string(),
  limits: z.array(z.string()),
  licence: z.string(),
  attribution: z.array(z.string()),
})
export type ModelPack = z.infer<typeof modelPackSchema>
