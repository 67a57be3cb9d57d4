/** Which places of query and case made the score, where they differ, and whether the answer can be believed. */
import { HilumError } from '@shared/errors.js'
import type { Handler, Workspace } from '../ports/calls.js'
import type { ImageEncoder, TextEncoder } from '../ports/models.js'
import { cosine } from '../vectors.js'
import { Checks } from './explaining/checks.js'
import { matchesOf, sharesOf } from './explaining/contributions.js'
import { counterpartOf } from './explaining/counterpart.js'
import { fidelityOf, type Explained } from './explaining/fidelity.js'
import { rankCorrelation } from './explaining/rankCorrelation.js'
import { encodeOne, type Pictures } from './pictures.js'

/** The model in use with its weights shuffled, several times, opened at the first check; none where it gives no answer. */
export type ShuffledEncoders = () => Promise<readonly ImageEncoder[]>

export function explainService(
  workspace: Workspace,
  pictures: Pictures,
  textEncoder: () => TextEncoder | undefined,
  shuffled: ShuffledEncoders,
): { pair: Handler<'explain.pair'>; text: Handler<'explain.text'> } {
  const checks = new Checks()
  /** A check holds for one model and one state of one library: what stands in for parts of a picture comes from there. */
  const keyOf = (...explained: string[]): string =>
    [workspace.encoder.modelSha256, workspace.library.path, workspace.library.sequence, ...explained].join(
      '\n',
    )
  return {
    /**
     * Shares of the cosine on both sides, with the case encoded from its own file by the same path as the query.
     * `sum` is the sum of the query's shares; it and the sum of the case's equal `score` within 1e-4. With `against`
     * also the shares of the difference between two scores, which sum to it just so.
     */
    async pair({ query, imageId, against, fidelity }, { signal }) {
      const encoder = workspace.encoder
      const asked = pictures.resolve(query)
      const mine = await pictures.encoded(asked, false, signal)
      const theirPicture = pictures.resolve({ kind: 'image', imageId })
      const theirs = await pictures.encoded(theirPicture, false, signal)
      const contributions = sharesOf(mine.patches, theirs.embedding)
      const other =
        against === undefined
          ? undefined
          : await pictures.encoded(pictures.resolve({ kind: 'image', imageId: against }), false, signal)
      return {
        score: cosine(mine.embedding, theirs.embedding),
        grid: [...mine.patches.grid],
        contributions,
        sum: contributions.reduce((sum, share) => sum + share, 0),
        caseContributions: sharesOf(theirs.patches, mine.embedding),
        matches: matchesOf(mine.patches, theirs.patches),
        receptiveField: encoder.receptiveField,
        ...(other === undefined
          ? {}
          : {
              difference: {
                score: cosine(mine.embedding, theirs.embedding) - cosine(mine.embedding, other.embedding),
                shares: sharesOf(
                  mine.patches,
                  theirs.embedding.map((value, i) => value - (other.embedding[i] as number)),
                ),
              },
            }),
        ...(fidelity === true
          ? {
              fidelity: await checks.of(keyOf('pair', asked.key, imageId), async () =>
                checked(
                  encoder,
                  {
                    display: await pictures.display(asked, signal),
                    counterpart: await counterpartOf(workspace, pictures, imageId, signal),
                    grid: mine.patches.grid,
                    shares: contributions,
                    other: theirs.embedding,
                  },
                  signal,
                  await randomised(shuffled, async (random) => {
                    const [one, two] = [
                      await pictures.display(asked, signal),
                      await pictures.display(theirPicture, signal),
                    ]
                    return sharesOf(
                      (await encodeOne(random, one)).patches,
                      (await encodeOne(random, two)).embedding,
                    )
                  }),
                ),
              ),
            }
          : {}),
      }
    },

    /** The same for words: which places of an image made its score against them. */
    async text({ text, imageId, fidelity }, { signal }) {
      const encoder = workspace.encoder
      const words = textEncoder()
      if (words === undefined)
        throw new HilumError('MODEL_NOT_FOUND', 'The model in use was not taught words.')
      const { embedding } = await words.encode(text)
      const picture = pictures.resolve({ kind: 'image', imageId })
      const theirs = await pictures.encoded(picture, false, signal)
      const contributions = sharesOf(theirs.patches, embedding)
      return {
        score: cosine(theirs.embedding, embedding),
        grid: [...theirs.patches.grid],
        contributions,
        sum: contributions.reduce((sum, share) => sum + share, 0),
        receptiveField: encoder.receptiveField,
        ...(fidelity === true
          ? {
              fidelity: await checks.of(keyOf('text', text, imageId), async () =>
                checked(
                  encoder,
                  {
                    display: await pictures.display(picture, signal),
                    counterpart: await counterpartOf(workspace, pictures, imageId, signal),
                    grid: theirs.patches.grid,
                    shares: contributions,
                    other: embedding,
                  },
                  signal,
                  await randomised(shuffled, async (random) =>
                    sharesOf(
                      (await encodeOne(random, await pictures.display(picture, signal))).patches,
                      embedding,
                    ),
                  ),
                ),
              ),
            }
          : {}),
      }
    },
  }
}

async function checked(
  encoder: ImageEncoder,
  explained: Explained,
  signal: AbortSignal,
  random: readonly (readonly number[])[],
) {
  const curves = await fidelityOf(encoder, explained, signal)
  if (random.length === 0) return curves
  const alike = random.map((map) => Math.abs(rankCorrelation(explained.shares, map)))
  return { ...curves, weights: alike.reduce((sum, each) => sum + each, 0) / alike.length }
}

/** The map under each shuffle of the weights; one that gives no answer at all has changed enough and is left out. */
async function randomised(
  shuffled: ShuffledEncoders,
  map: (encoder: ImageEncoder) => Promise<number[]>,
): Promise<number[][]> {
  const maps: number[][] = []
  for (const encoder of await shuffled())
    try {
      maps.push(await map(encoder))
    } catch (error) {
      if (!(error instanceof HilumError && error.code === 'MODEL_FAILED')) throw error
    }
  return maps
}
