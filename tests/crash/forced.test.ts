/**
 * Engines killed and decoders killed and hung, over and over: the host lives and the next call is answered.
 * HILUM_FORCED sets their number (100 in the full run).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSupervisedDecoder } from '../../src/engine/ingest/supervisedDecoder.js'
import { ForkedProcesses } from '../../src/engine/processes.js'
import type { Child, Processes } from '../../src/engine/ports/processes.js'
import { ChannelClient } from '../../src/hosts/engineConnection.js'
import { forkedEngine } from '../../src/hosts/engineProcess.js'
import { EngineSupervisor } from '../../src/hosts/engineSupervisor.js'
import { problemOf } from '../../src/shared/errors.js'
import { join } from 'node:path'
import { engineEntries } from '../contract/entries.js'
import { makeWorld, type World } from '../contract/world.js'
import { png } from '../fixtures/pictures.js'

const FULL = process.env['HILUM_FULL'] === '1'
const COUNT = Number(process.env['HILUM_FORCED'] ?? (FULL ? 100 : 6))

/** "median 210 ms, 90 of 100 within 300 ms, longest 450 ms, 0 over 2 s" of how long the next answer took. */
function spread(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(0)
  const late = sorted.filter((each) => each > 2000).length
  return `median ${at(0.5)} ms, 90 of 100 within ${at(0.9)} ms, longest ${at(1)} ms, ${late} over 2 s`
}

describe('forced', () => {
  let world: World
  beforeAll(async () => {
    world = await makeWorld()
  })
  afterAll(() => world.remove())

  it(
    `${COUNT} decoder crashes: each file is set aside or opened, the next one opens`,
    async () => {
      const processes = new ForkedProcesses(await engineEntries())
      let newest: Child | undefined
      const seen: Processes = { start: (entry) => (newest = processes.start(entry)) }
      const decoder = createSupervisedDecoder(seen, { size: 1 })
      const bytes = new Uint8Array(await png(3))
      const took: number[] = []
      const decode = (name: string) =>
        decoder.decode({ name, locator: { kind: 'bytes', bytes } }, { display: true })
      for (let at = 0; at < COUNT; at++) {
        await decode(`warm ${at}.png`)
        const hit = decode(`hit ${at}.png`).catch((error: unknown) => problemOf(error).code)
        newest?.kill()
        const what = await hit
        if (typeof what === 'string') expect(what).toBe('DECODE_CRASHED')
        const started = performance.now()
        expect((await decode(`after ${at}.png`)).name).toBe(`after ${at}.png`)
        took.push(performance.now() - started)
      }
      console.info(`${took.length} decoder crashes, until the next file opened: ${spread(took)}`)
      await decoder.close()
      processes.close()
    },
    COUNT * 20_000,
  )

  it(
    `${COUNT} engine crashes: the host lives and the next call is answered`,
    async () => {
      const engine = new EngineSupervisor(forkedEngine(join(await engineEntries(), 'index.cjs')), {
        userData: world.userData,
        modelDirs: [],
        version: 'test',
      })
      engine.start()
      const client: ChannelClient = new ChannelClient((message) => connection.send(message))
      const connection = engine.connect((message) => client.receive(message))
      await expect.poll(() => engine.state, { timeout: 60_000 }).toBe('ready')
      expect((await client.call('library.open', { create: true })).ok).toBe(true)
      const took: number[] = []
      for (let at = 0; at < COUNT; at++) {
        process.kill(engine.pid as number, 'SIGKILL')
        const started = performance.now()
        await expect
          .poll(async () => (await client.call('library.info', {})).ok, { timeout: 120_000, interval: 50 })
          .toBe(true)
        took.push(performance.now() - started)
      }
      console.info(`${took.length} engine crashes, until the next answer: ${spread(took)}`)
      await engine.stop()
    },
    COUNT * 60_000,
  )
})
