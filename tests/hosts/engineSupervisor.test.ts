/** The supervisor over real processes: a small program that speaks the engine's channel and dies on command. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { ChannelClient } from '../../src/hosts/engineConnection.js'
import { forkedEngine } from '../../src/hosts/engineProcess.js'
import { EngineSupervisor } from '../../src/hosts/engineSupervisor.js'
import type { HilumEvent } from '../../src/shared/contract.js'

/** Answers with what it was started with; dies, hangs and reports progress when told by a setting's key. */
const PROGRAM = `
const start = JSON.parse(process.argv[2])
process.on('disconnect', () => process.exit(0))
process.on('message', ({ id, method, payload }) => {
  if (payload?.key === 'die') process.exit(3)
  if (payload?.key === 'hang') return
  if (payload?.key === 'progress')
    process.send({ event: { type: 'progress', id, progress: { phase: 'half', done: 1, total: 2 } } })
  if (payload?.key === 'library')
    process.send({ event: { type: 'library', info: { path: '/library/of/today' } } })
  process.send({ id, result: { ok: true, value: { pid: process.pid, start, method } } })
})`

let folder = ''
let program = ''
const running: EngineSupervisor[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hilum-supervisor-'))
  program = join(folder, 'index.cjs')
  writeFileSync(program, PROGRAM)
  writeFileSync(join(folder, 'broken.cjs'), 'process.exit(9)')
})
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function supervised(entry = program): {
  engine: EngineSupervisor
  client: ChannelClient
  events: HilumEvent[]
} {
  const engine = new EngineSupervisor(forkedEngine(entry), {
    userData: folder,
    modelDirs: [],
    version: 'test',
  })
  running.push(engine)
  engine.start()
  const events: HilumEvent[] = []
  const client: ChannelClient = new ChannelClient((message) => connection.send(message))
  const connection = engine.connect((message) => client.receive(message))
  client.onEvent((event) => events.push(event))
  return { engine, client, events }
}
const set = (client: ChannelClient, key: string) => client.call('settings.set', { key, value: 1 })
const states = (events: HilumEvent[]) =>
  events.flatMap((event) => (event.type === 'engine' ? [event.state] : []))

it('fails the calls under way when the engine dies, says restarting, and answers the next', async () => {
  const { engine, client, events } = supervised()
  expect((await set(client, 'hello')).ok).toBe(true)
  const first = engine.pid
  const [hanging, deadly] = await Promise.all([set(client, 'hang'), set(client, 'die')])
  for (const failed of [hanging, deadly])
    expect(failed).toMatchObject({ ok: false, problem: { code: 'ENGINE_RESTARTING', retryable: true } })
  await expect.poll(() => engine.state, { timeout: 20_000 }).toBe('ready')
  expect((await set(client, 'hello')).ok).toBe(true)
  expect(engine.pid).not.toBe(first)
  expect(states(events)).toEqual(expect.arrayContaining(['restarting', 'ready']))
})

it('opens the library again that was open last', async () => {
  const { engine, client } = supervised()
  await set(client, 'library')
  await set(client, 'die')
  await expect.poll(() => engine.state, { timeout: 20_000 }).toBe('ready')
  expect(await set(client, 'hello')).toMatchObject({ value: { start: { library: '/library/of/today' } } })
})

it('gives each caller its own answers and its own progress, whatever ids they use', async () => {
  const { engine, client } = supervised()
  const other: ChannelClient = new ChannelClient((message) => connection.send(message))
  const connection = engine.connect((message) => other.receive(message))
  const heard: string[] = []
  await Promise.all([
    client.call('settings.set', { key: 'progress', value: 1 }, { onProgress: () => heard.push('first') }),
    other.call('settings.set', { key: 'hello', value: 1 }, { onProgress: () => heard.push('second') }),
  ])
  expect(heard).toEqual(['first'])
})

it('gives up an engine that never starts, with the reason', async () => {
  const { engine, client } = supervised(join(folder, 'broken.cjs'))
  await expect.poll(() => engine.state, { timeout: 40_000 }).toBe('failed')
  expect(await set(client, 'hello')).toMatchObject({ ok: false, problem: { code: 'ENGINE_FAILED' } })
})

it('ends its engine with itself', async () => {
  const { engine, client } = supervised()
  await set(client, 'hello')
  const { pid } = engine
  await engine.stop()
  expect(() => process.kill(pid as number, 0)).toThrow(/ESRCH/)
})
