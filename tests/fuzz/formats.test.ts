/**
 * Mutants of valid files through the decode process as the product runs it: every answer is an image or a problem
 * with a code, none takes five seconds, and no process dies. HILUM_FUZZ_COUNT sets the number of mutants, HILUM_FUZZ_SEED
 * which ones.
 */
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FileSourceLister } from '../../src/engine/ingest/sourceLister.js'
import { createSupervisedDecoder } from '../../src/engine/ingest/supervisedDecoder.js'
import type { Decoder, Item } from '../../src/engine/ports/decoding.js'
import type { Child, Processes } from '../../src/engine/ports/processes.js'
import { ForkedProcesses } from '../../src/engine/processes.js'
import { errorCodes, problemOf } from '../../src/shared/errors.js'
import { bundleEntries } from '../support/entries.js'
import { archiveSeeds, imageSeeds, type Seed } from './seeds.js'

const COUNT = Number(process.env['HILUM_FUZZ_COUNT'] ?? 2000)
const SEED = Number(process.env['HILUM_FUZZ_SEED'] ?? 20_261_124)
/** Longer than any of these tiny files may take. */
const SLOWEST = 5000

/** Counts the processes started: one that died would be started again. */
class Counted implements Processes {
  started = 0
  readonly #pids: number[] = []
  constructor(readonly inner: ForkedProcesses) {}
  start(entry: 'decoder' | 'probe'): Child {
    this.started++
    const child = this.inner.start(entry)
    if (child.pid !== undefined) this.#pids.push(child.pid)
    return child
  }
  /** Highest resident size of those that still run; Linux only. */
  peakMegabytes(): number | undefined {
    if (process.platform !== 'linux') return undefined
    return Math.max(
      ...this.#pids.filter((pid) => existsSync(`/proc/${pid}/status`)).map((pid) => peakOf(pid)),
    )
  }
}

const peakOf = (pid: number): number =>
  Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024)

type Change =
  | { kind: 'flip'; at: number; bit: number }
  | { kind: 'set'; at: number; value: number }
  | { kind: 'cut'; at: number }
  | { kind: 'drop'; at: number; length: number }
  | { kind: 'repeat'; at: number; length: number }
  | { kind: 'word'; at: number; value: number }

/** Without fast-check's leaning towards small numbers: every byte of a file is as likely. */
const place = fc.noBias(fc.integer({ min: 0, max: 999_999 }).map((n) => n / 1_000_000))
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('set' as const), at: place, value: fc.nat(255) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), at: place, length: fc.nat(64) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('repeat' as const), at: place, length: fc.nat(64) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('word' as const),
      at: place,
      value: fc.constantFrom(
        0,
        1,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        0x7fffffff,
        0x80000000,
        0xfffffffe,
        0xffffffff,
      ),
    }),
  },
)

function mutate(seed: Uint8Array, changes: readonly Change[]): Uint8Array {
  let bytes = Buffer.from(seed)
  for (const step of changes) {
    if (bytes.length < 8) break
    const at = Math.floor(step.at * (bytes.length - 4))
    if (step.kind === 'flip') bytes[at] = (bytes[at] as number) ^ (1 << step.bit)
    else if (step.kind === 'set') bytes[at] = step.value
    else if (step.kind === 'word') bytes.writeUInt32LE(step.value, at)
    else if (step.kind === 'cut') bytes = bytes.subarray(0, at)
    else if (step.kind === 'drop')
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + step.length)])
    else bytes = Buffer.concat([bytes.subarray(0, at + step.length), bytes.subarray(at)])
  }
  return new Uint8Array(bytes)
}

describe('mutants', () => {
  let processes: ForkedProcesses
  let counted: Counted
  let decoder: Decoder
  let images: Seed[]
  let archives: Seed[]

  beforeAll(async () => {
    const folder = await bundleEntries({ decoder: 'src/engine/ingest/decoderProcess.ts' })
    processes = new ForkedProcesses(folder)
    counted = new Counted(processes)
    decoder = createSupervisedDecoder(counted, { milliseconds: SLOWEST })
    images = await imageSeeds()
    archives = await archiveSeeds()
  })
  afterAll(async () => {
    await decoder.close()
    processes.close()
  })

  /** What came of a file: the codes of its problems, or 'opened'. */
  async function outcomes(seed: Seed, bytes: Uint8Array): Promise<string[]> {
    const out: string[] = []
    const source = { kind: 'bytes' as const, name: seed.name, bytes: new Uint8Array(bytes) }
    const items: Item[] = []
    try {
      for await (const listed of new FileSourceLister().list([source], {}))
        if ('item' in listed) items.push(listed.item)
        else out.push(listed.failure.problem.code)
    } catch (error) {
      out.push(problemOf(error).code)
    }
    for (const item of items.slice(0, 8)) {
      try {
        const decoded = await decoder.decode(item, { display: true, preview: 64 })
        const { display } = decoded
        if (display?.values.length !== (display?.rows ?? 0) * (display?.columns ?? 0)) out.push('SIZE')
        else out.push('opened')
      } catch (error) {
        const found = problemOf(error)
        // What failed inside is of use only with its words.
        out.push(found.code === 'INTERNAL' ? `INTERNAL ${found.detail ?? ''}` : found.code)
      }
    }
    return out
  }

  it('opens every seed', async () => {
    for (const seed of [...images, ...archives])
      expect([seed.name, new Set(await outcomes(seed, seed.bytes))]).toEqual([seed.name, new Set(['opened'])])
  })

  it(
    `gives ${COUNT} mutants an image or a code`,
    async () => {
      const seeds = [...images, ...archives]
      const tally = new Map<string, number>()
      let slowest = 0
      await fc.assert(
        fc.asyncProperty(
          fc.nat(seeds.length - 1),
          fc.array(change, { minLength: 1, maxLength: 6 }),
          async (which, changes) => {
            const seed = seeds[which] as Seed
            const started = performance.now()
            const found = await outcomes(seed, mutate(seed.bytes, changes))
            slowest = Math.max(slowest, performance.now() - started)
            for (const outcome of found) {
              tally.set(outcome, (tally.get(outcome) ?? 0) + 1)
              if (outcome === 'opened') continue
              expect(errorCodes).toContain(outcome)
              expect(['DECODE_TIMEOUT', 'DECODE_CRASHED']).not.toContain(outcome)
            }
          },
        ),
        { numRuns: COUNT, seed: SEED, endOnFailure: true },
      )
      console.info(
        `${COUNT} mutants: ${JSON.stringify(Object.fromEntries(tally))}, processes started: ${counted.started}, ` +
          `longest hang ${slowest.toFixed(0)} ms, peak memory ${counted.peakMegabytes() ?? '?'} MB`,
      )
      expect(counted.started).toBeLessThanOrEqual(2)
      expect(tally.get('opened') ?? 0).toBeGreaterThan(0)
    },
    60_000 + COUNT * 60,
  )
})
