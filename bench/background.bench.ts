/**
 * A library of 100,000 cases measured in the background: each left out in turn, while the engine's own thread is
 * watched for stutter and somebody searches beside it. `npm run bench -- background`
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { expect, it } from 'vitest'
import { Dispatcher, type Handlers } from '../src/engine/dispatch.js'
import type { Decoder } from '../src/engine/ports/decoding.js'
import { BackgroundCalibration } from '../src/engine/services/calibration.js'
import { bigWorkspace } from './support/bigWorkspace.js'
import { quantile } from './support/quantile.js'

const CASES = Number(process.env['HILUM_BENCH_CASES'] ?? 100_000)

it(`leaves each of ${CASES} cases out without a stutter`, async () => {
  const { workspace, close } = await bigWorkspace(CASES)
  const unreadable = { decode: () => Promise.reject(new Error('no pictures here')) } as unknown as Decoder
  const calibration = new BackgroundCalibration(
    workspace,
    unreadable,
    () => ({ manifest: { training: {} }, files: new Map() }) as never,
    { settleMilliseconds: 0, rest: () => dispatcher.lull() },
  )
  const { library, index } = workspace
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
    const delay = monitorEventLoopDelay({ resolution: 1 })
    const start = performance.now()
    delay.enable()
    calibration.schedule()
    const beside: number[] = []
    let said = 0
    while (calibration.health().state !== 'ready') {
      const asked = performance.now()
      await dispatcher.handle({ id: beside.length, method: 'models.list', payload: {} })
      beside.push(performance.now() - asked)
      await new Promise((wait) => setTimeout(wait, 200))
      const { done = 0 } = calibration.health()
      if (done >= said + CASES / 10) {
        said = done
        process.stderr.write(`${done} left out after ${((performance.now() - start) / 1000).toFixed(0)} s\n`)
      }
    }
    delay.disable()
    const health = calibration.health()
    beside.sort((a, b) => a - b)
    console.log(
      `${health.asked} cases left out in ${((performance.now() - start) / 1000).toFixed(0)} s; longest task ${(delay.max / 1e6).toFixed(1)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms; a search beside it p50 ${quantile(beside, 0.5).toFixed(1)} ms, p95 ${quantile(beside, 0.95).toFixed(1)} ms`,
    )
    expect(health.asked).toBe(CASES)
  } finally {
    await calibration.close()
    await close()
  }
})
