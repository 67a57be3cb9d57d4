/** Which places made a score. */
import { z } from 'zod'

export const contributionsSchema = z.object({
  score: z.number(),
  /** Patch rows, columns. */
  grid: z.tuple([z.number().int(), z.number().int()]),
  /** Query patches' shares of the score, row by row; they sum to `score`. */
  contributions: z.array(z.number()),
  sum: z.number(),
  /** The case's patches' shares of the same score. */
  caseContributions: z.array(z.number()),
  /** Index of the case's best-matching patch for each query patch. */
  matches: z.array(z.number().int()),
  /** Fraction of the image's side that one patch sees. */
  receptiveField: z.number(),
  /** Against a second case: the difference of the two scores, and the query's patches' shares of it. */
  difference: z.object({ score: z.number(), shares: z.array(z.number()) }).optional(),
  /** `weights`: rank correlation (its size) with the maps that shuffled weights give, their mean; absent where they give none. */
  fidelity: z
    .object({
      deletion: z.number(),
      insertion: z.number(),
      random: z.number(),
      weights: z.number().optional(),
    })
    .optional(),
})
export type Contributions = z.infer<typeof contributionsSchema>
