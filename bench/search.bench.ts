/** Search over a library as large as PneumoniaMNIST's: FAISS in the engine beside faiss-cpu, and the whole call around it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { diskLibraries } from '../src/engine/diskLibraries.js'
import { nearestCases } from '../src/engine/services/hits.js'
import { benchEngine, queryOf } from './support/benchEngine.js'
import { makeBigLibrary } from './support/bigLibrary.js'

const root = resolve(__dirname, '..')
const python = process.env['HILUM_BENCH_PYTHON'] ?? 'python3'
const COUNT = Number(process.env['HILUM_BENCH_VECTORS'] ?? 4708)
const DIMENSION = 128
const QUERIES = 300
const K = 10
const WARM_UP = 20
const QUERY_FILES = 5

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)
const quantile = (values: readonly number[], q: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? NaN

const line = (what: string, p50: number, p95: number): void =>
  console.log(`${what}: p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms`)

async function timed(ask: (at: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let at = 0; at < QUERIES + WARM_UP; at++) {
    const start = performance.now()
    await ask(at)
    if (at >= WARM_UP) times.push(performance.now() - start)
  }
  return times
}

/**
 * The whole of `search.image` as the window asks it, contract and all: ranking, evidence, the other finding's cases, the gate.
 * The query is encoded already, as after its first search.
 */
it(`answers search.image over ${COUNT} cases`, async () => {
  const engine = await benchEngine()
  try {
    const path = join(engine.folder, 'library')
    makeBigLibrary(path, { cases: COUNT, dimension: DIMENSION, modelId: 'hilum-cxr-1' })
    await engine.ask('library.open', { path })
    await engine.measured()
    const queryIds: string[] = []
    for (let at = 0; at < QUERY_FILES; at++) {
      const phantom = join(engine.folder, `query-${at}.png`)
      const grey = Buffer.from(
        Uint8Array.from({ length: 64 * 64 }, (_, i) => ((i % 64) * (at + 3) + (i >> 6) * 5) & 255),
      )
      await sharp(grey, { raw: { width: 64, height: 64, channels: 1 } })
        .png()
        .toFile(phantom)
      queryIds.push((await queryOf(engine, phantom)) as string)
    }
    const searches: number[] = []
    const whole = await timed(async (at) => {
      const queryId = queryIds[at % QUERY_FILES] as string
      const { hits, milliseconds } = await engine.ask('search.image', { queryId, k: K })
      expect(hits).toHaveLength(K)
      searches.push(milliseconds.search)
    })
    line(
      'search.image, the search in it',
      quantile(searches.slice(WARM_UP), 0.5),
      quantile(searches.slice(WARM_UP), 0.95),
    )
    line('search.image, the whole call', quantile(whole, 0.5), quantile(whole, 0.95))
  } finally {
    await engine.close()
  }
})

it(`searches ${COUNT} vectors beside faiss-cpu`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-bench-search-'))
  try {
    const path = join(folder, 'library')
    const modelId = makeBigLibrary(path, { cases: COUNT, dimension: DIMENSION })
    const encoder = {
      modelId,
      modelSha256: 'b'.repeat(64),
      dimension: DIMENSION,
      grid: [1, 1] as const,
      receptiveField: 1,
      provider: { name: 'none', threads: 1 },
      encode: () => Promise.resolve([]),
    }
    const opened = await diskLibraries(join(root, 'out/engine')).open(path, {}, encoder)
    const { library, index } = opened
    const { vectors } = library.vectors(modelId)
    const query = (at: number) => {
      const row = (at * 7919) % COUNT
      return vectors.slice(row * DIMENSION, (row + 1) * DIMENSION)
    }
    const faiss = await timed((at) => index.search(query(at), K))
    const whole = await timed(async (at) => {
      const cases = await nearestCases(index, library, query(at), K, () => false)
      expect(cases).toHaveLength(K)
    })
    await opened.close()
    const peer = JSON.parse(
      execFileSync(
        python,
        [
          join(root, 'bench/peers/peer.py'),
          'search',
          String(COUNT),
          String(DIMENSION),
          '--queries',
          String(QUERIES),
        ],
        { encoding: 'utf8' },
      ),
    ) as { p50: number; p95: number }
    line('FAISS through its thread', quantile(faiss, 0.5), quantile(faiss, 0.95))
    line('ranked cases with their rows', quantile(whole, 0.5), quantile(whole, 0.95))
    line('faiss-cpu in Python', peer.p50, peer.p95)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
