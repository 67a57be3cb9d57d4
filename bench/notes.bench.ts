/** Notes searched by words among 100,000 cases, by the library the product opens, beside plain SQLite on the same file. */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openLibrary } from '../src/engine/store/openLibrary.js'
import { parseNoteQuery } from '../src/engine/store/noteQuery.js'
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
  'no',
  'p*',
]

it(`searches the notes of ${CASES} cases`, () => {
  const folder = join(tmpdir(), `hilum-bench-notes-${CASES}`)
  makeBigLibrary(folder, { cases: CASES, dimension: 8 })
  const library = openLibrary(folder)
  try {
    const times: number[] = []
    const processor: number[] = []
    const plain: number[] = []
    const count = library.db.prepare('SELECT count(*) FROM notesFts WHERE notesFts MATCH ?')
    const rank = library.db.prepare(
      'SELECT rowid, rank FROM notesFts WHERE notesFts MATCH ? ORDER BY rank LIMIT 20',
    )
    for (let round = 0; round < ROUNDS; round++)
      for (const query of QUERIES) {
        const start = performance.now()
        const used = process.cpuUsage()
        const { total } = library.searchNotes(query, 20, 0)
        times.push(performance.now() - start)
        const { user, system } = process.cpuUsage(used)
        processor.push((user + system) / 1000)
        if (query === 'zebra') expect(total).toBe(0)
        else expect(total).toBeGreaterThan(0)
      }
    // Afterwards: in between it would push the product's pages out of SQLite's cache.
    for (let round = 0; round < ROUNDS; round++)
      for (const query of QUERIES) {
        const { match } = parseNoteQuery(query)
        const before = process.cpuUsage()
        count.get(match)
        rank.all(match)
        const after = process.cpuUsage(before)
        plain.push((after.user + after.system) / 1000)
      }
    const at = (list: number[], q: number): string =>
      (list.sort((a, b) => a - b)[Math.floor(q * (list.length - 1))] as number).toFixed(1)
    const figures = (list: number[]) => `p50 ${at(list, 0.5)}, p95 ${at(list, 0.95)}, most ${at(list, 1)} ms`
    console.log(
      `${times.length} searches in ${CASES} cases: ${figures(times)}; processor time ${figures(processor)}; ` +
        `plain FTS5, total and 20 best without text: ${figures(plain)}`,
    )
  } finally {
    library.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
