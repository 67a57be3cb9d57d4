/**
 * A library of 100,000 cases measured in the background: each left out in turn, while the engine's own thread is
 * watched for stutter, and refined searches run beside it. `npx vitest run --config bench/vitest.config.ts background`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { expect, it } from 'vitest'
import { diskLibraries } from '../src/engine/diskLibraries.js'
import { Dispatcher, type Handlers } from '../src/engine/dispatch.js'
import { onnxPacks } from '../src/engine/encoders/onnxPacks.js'
import type { Decoder, ImageEncoder } from '../src/engine/ports.js'
import { BackgroundCalibration } from '../src/engine/services/calibration.js'
import { fused } from '../src/engine/services/searching/fusion.js'
import { OpenWorkspace } from '../src/engine/workspace.js'
import { engineEntries } from '../tests/contract/entries.js'
import { makeBigLibrary } from './support/bigLibrary.js'

const CASES = Number(process.env['HILUM_BENCH_CASES'] ?? 100_000)
const ROUNDS = 40

const at = (sorted: readonly number[], q: number) => sorted[Math.floor(q * (sorted.length - 1))] ?? 0

it('measures 100,000 cases without a stutter, and refines within 50 ms', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-bench-'))
  const entriesDir = await engineEntries()
  const modelId = makeBigLibrary(folder, { cases: CASES })
  const packs = onnxPacks(
    [process.env['HILUM_MODELS'] ?? resolve(__dirname, '../resources/models')],
    entriesDir,
  )
  const [pack] = await packs.folders()
  const text = await packs.openText(await packs.verify(pack as string))
  const encoder = { modelId, modelSha256: 'b'.repeat(64), dimension: 128 } as ImageEncoder
  const workspace = new OpenWorkspace(
    () => encoder,
    () => undefined,
  )
  const opened = await diskLibraries(entriesDir).open(folder, {}, encoder)
  await workspace.adopt(opened)
  const unreadable = { decode: () => Promise.reject(new Error('no pictures here')) } as unknown as Decoder
  const calibration = new BackgroundCalibration(
    workspace,
    unreadable,
    () => ({ manifest: { training: {} }, files: new Map() }) as never,
    { settleMilliseconds: 0, rest: () => dispatcher.lull() },
  )
  const { library, index } = opened
  const query = library.vectorsOfKeys([CASES >> 1], 128)
  // A call like the engine's own, for which the background rests; its answer is not what is timed.
  const handlers = {
    'models.list': async () => {
      await index.search(query, 10)
      return { models: [] }
    },
  } as unknown as Handlers
  const dispatcher = new Dispatcher(
    handlers,
    () => undefined,
    () => false,
  )
  try {
    const refine = {
      examples: [{ imageId: 'image-0007', weight: 0.5 }],
      concepts: [{ text: 'pneumonia consolidation', weight: 0.5 }],
      notes: { text: 'consolidation right lower lobe', weight: 0.1 },
    }
    const { keys } = library.filteredKeys({ sexes: ['F'], ageMin: 1, ageMax: 60, dateFrom: '2012-01-01' })
    const time = async (allow?: ReadonlySet<number>, parts = refine) => {
      const times: number[] = []
      const before = process.cpuUsage()
      for (let i = 0; i < ROUNDS; i++) {
        const start = performance.now()
        await fused({ library, index, modelId, textEncoder: text }, query, parts, 10, () => false, allow)
        times.push(performance.now() - start)
      }
      const { user, system } = process.cpuUsage(before)
      return { times: times.sort((a, b) => a - b), cpu: (user + system) / 1000 / ROUNDS }
    }
    const { notes: _notes, ...withoutNotes } = refine
    await time()
    for (const [name, { times, cpu }] of [
      ['image, example, concept', await time(undefined, withoutNotes as typeof refine)],
      ['image, example, concept, notes', await time()],
      ['the same under four filters', await time(keys)],
    ] as const)
      console.log(
        `${name.padEnd(36)} p50 ${at(times, 0.5).toFixed(1)} ms, p95 ${at(times, 0.95).toFixed(1)} ms, processor ${cpu.toFixed(1)} ms`,
      )

    const delay = monitorEventLoopDelay({ resolution: 1 })
    const start = performance.now()
    delay.enable()
    calibration.schedule()
    const beside: number[] = []
    while (calibration.health().state !== 'ready') {
      const asked = performance.now()
      await dispatcher.handle({ id: beside.length, method: 'models.list', payload: {} })
      beside.push(performance.now() - asked)
      await new Promise((wait) => setTimeout(wait, 200))
    }
    delay.disable()
    const health = calibration.health()
    beside.sort((a, b) => a - b)
    console.log(
      `${health.asked} cases left out in ${((performance.now() - start) / 1000).toFixed(0)} s; longest task ${(delay.max / 1e6).toFixed(1)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms; a search beside it p50 ${at(beside, 0.5).toFixed(1)} ms, p95 ${at(beside, 0.95).toFixed(1)} ms`,
    )
    expect(health.asked).toBe(CASES)
  } finally {
    await calibration.close()
    await workspace.close()
    await text?.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
