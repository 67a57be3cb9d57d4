/** Which places of query and case made the score. */
import type { Handler, Workspace } from '../ports.js'
import { cosine, matchesOf, sharesOf } from './contributions.js'
import { fidelityOf } from './fidelity.js'
import type { Pictures } from './pictures.js'

/**
 * Shares of the cosine on both sides, with the case encoded from its own file by the same path as the query.
 * `sum` is the sum of the query's shares; it and the sum of the case's equal `score` within 1e-4.
 */
export function explainService(workspace: Workspace, pictures: Pictures): Handler<'explain.pair'> {
  return async ({ query, imageId, fidelity }, { signal }) => {
    const encoder = workspace.encoder
    const asked = pictures.resolve(query)
    const mine = await pictures.encoded(asked, false, signal)
    const theirs = await pictures.encoded(pictures.resolve({ kind: 'image', imageId }), false, signal)
    const contributions = sharesOf(mine.patches, theirs.embedding)
    return {
      score: cosine(mine.embedding, theirs.embedding),
      grid: [...mine.patches.grid],
      contributions,
      sum: contributions.reduce((sum, share) => sum + share, 0),
      caseContributions: sharesOf(theirs.patches, mine.embedding),
      matches: matchesOf(mine.patches, theirs.patches),
      receptiveField: encoder.receptiveField,
      ...(fidelity === true
        ? {
            fidelity: await fidelityOf(
              encoder,
              await pictures.display(asked, signal),
              mine.patches.grid,
              contributions,
              theirs.embedding,
              signal,
            ),
          }
        : {}),
    }
  }
}
