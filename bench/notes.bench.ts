/** Notes searched by words among 100,000 cases: no peer, so absolute milliseconds, by the library the product opens. */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openLibrary } from '../src/engine/store/openLibrary.js'
import { makeBigLibrary } from './support/bigLibrary.js'

const CASES = Number(process.env['HILUM_BENCH_CASES'] ?? 100_000)
const ROUNDS = 10
const QUERIES = [
  'consolidation',
  'right lower lobe',
  '"pleural effusion"',
  'pneumo*',
  'consolidation NOT pneumothorax',
  '(nodule OR scoliosis) AND fever',
  'rib fracture',
  'Compared with the film',
  'atelectasis lingula',
  'zebra',
]

it(`searches the notes of ${CASES} cases`, () => {
  const folder = join(tmpdir(), `hilum-bench-notes-${CASES}`)
  makeBigLibrary(folder, { cases: CASES, dimension: 8 })
  const library = openLibrary(folder)
  try {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round++)
      for (const query of QUERIES) {
        const start = performance.now()
        const { total } = library.searchNotes(query, 20, 0)
        times.push(performance.now() - start)
        if (query === 'zebra') expect(total).toBe(0)
        else expect(total).toBeGreaterThan(0)
      }
    times.sort((a, b) => a - b)
    const at = (q: number): string => (times[Math.floor(q * (times.length - 1))] as number).toFixed(1)
    console.log(
      `${times.length} searches in ${CASES} cases: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms`,
    )
  } finally {
    library.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
