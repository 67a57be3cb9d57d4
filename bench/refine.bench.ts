/** Searches refined by examples, concepts, notes and filters among 100,000 cases. `npm run bench -- refine` */
import { expect, it } from 'vitest'
import { fused } from '../src/engine/services/searching/fusion.js'
import { bigWorkspace } from './support/bigWorkspace.js'
import { quantile } from './support/quantile.js'

const CASES = Number(process.env['HILUM_BENCH_CASES'] ?? 100_000)
const ROUNDS = 40
const REFINE = {
  examples: [{ imageId: 'image-0007', weight: 0.5 }],
  concepts: [{ text: 'pneumonia consolidation', weight: 0.5 }],
}
const NOTES = { notes: { text: 'consolidation right lower lobe', weight: 0.1 } }

it(`refines searches among ${CASES} cases`, async () => {
  const { workspace, modelId, text, close } = await bigWorkspace(CASES)
  try {
    const { library, index } = workspace
    const query = library.vectorsOfKeys([CASES >> 1], 128)
    const { keys } = library.filteredKeys({ sexes: ['F'], ageMin: 1, ageMax: 60, dateFrom: '2012-01-01' })
    const parts = { library, index, modelId, textEncoder: text }
    const measured = async (refine: typeof REFINE & Partial<typeof NOTES>, allow?: ReadonlySet<number>) => {
      const times: number[] = []
      const before = process.cpuUsage()
      let found = 0
      for (let i = 0; i < ROUNDS; i++) {
        const start = performance.now()
        found += (
          await fused(
            parts,
            query,
            refine,
            10,
            (all) => all.length >= 10,
            () => false,
            allow,
          )
        ).found.length
        times.push(performance.now() - start)
      }
      expect(found).toBeGreaterThanOrEqual(10 * ROUNDS)
      const { user, system } = process.cpuUsage(before)
      return { times: times.sort((a, b) => a - b), processor: (user + system) / 1000 / ROUNDS }
    }
    await measured({ ...REFINE, ...NOTES })
    for (const [name, { times, processor }] of [
      ['image, example, concept', await measured(REFINE)],
      ['image, example, concept, notes', await measured({ ...REFINE, ...NOTES })],
      ['the same under four filters', await measured({ ...REFINE, ...NOTES }, keys)],
    ] as const)
      console.log(
        `${name.padEnd(36)} p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms, processor ${processor.toFixed(1)} ms`,
      )
  } finally {
    await close()
  }
})
