/**
 * Do the shares of the explanation add up to the score? On 1,000 pairs of query and case of the demo library, by the
 * same services that the window asks: the query's shares, and the case's, against the cosine and against the score of
 * the search. HILUM_PAIRS says how many. `npx vitest run --config bench/vitest.config.ts additivity`
 */
import { expect, it } from 'vitest'
import { benchEngine } from './support/benchEngine.js'

const PAIRS = Number(process.env['HILUM_PAIRS'] ?? 1000)
/** Hits that each query is explained against. */
const EACH = 50
/** Most that a sum may differ from the score. */
const TOLERANCE = 1e-4

it(`adds up on ${PAIRS} pairs within ${TOLERANCE}`, async () => {
  const engine = await benchEngine()
  try {
    await engine.ask('library.openDemo', {})
    const { rows } = await engine.ask('cases.list', { offset: 0, limit: Math.ceil(PAIRS / EACH) })
    let pairs = 0
    const worst = { query: 0, case: 0, search: 0 }
    for (const { imageId: asked } of rows) {
      const { primary: queryId } = await engine.ask('query.fromImage', { imageId: asked })
      if (queryId === undefined) continue
      const { hits } = await engine.ask('search.image', { queryId, k: EACH })
      for (const { imageId, score } of hits.slice(0, PAIRS - pairs)) {
        const pair = await engine.ask('explain.pair', { query: { kind: 'query', queryId }, imageId })
        const other = pair.caseContributions.reduce((sum, share) => sum + share, 0)
        worst.query = Math.max(worst.query, Math.abs(pair.sum - pair.score))
        worst.case = Math.max(worst.case, Math.abs(other - pair.score))
        worst.search = Math.max(worst.search, Math.abs(pair.score - score))
        pairs++
      }
    }
    console.log(
      `${pairs} pairs; largest difference from the score: query's shares ${worst.query.toExponential(1)},`,
    )
    console.log(
      `case's ${worst.case.toExponential(1)}; of the score from the search's ${worst.search.toExponential(1)}`,
    )
    expect(pairs).toBe(PAIRS)
    expect(Math.max(worst.query, worst.case, worst.search)).toBeLessThanOrEqual(TOLERANCE)
  } finally {
    await engine.close()
  }
})
