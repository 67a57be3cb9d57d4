import { fork } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { HilumEvent, Input, Method, Output } from '../../src/shared/contract.js'
import type { Result } from '../../src/shared/errors.js'
import type { CallOptions, FromEngine, HilumClient } from '../../src/shared/transport.js'
import { engineEntries } from './entries.js'
import { contractSuite, value, type Connection } from './suite.js'
import { makeWorld } from './world.js'

type Forked = Connection & { pid: number; kill(signal: NodeJS.Signals): void; exited: Promise<number | null> }

/** The plainest host there can be: it carries messages and nothing else. */
async function connect({ userData, modelDirs }: { userData: string; modelDirs: string[] }): Promise<Forked> {
  const start = JSON.stringify({ userData, modelDirs, version: 'test' })
  const child = fork(join(await engineEntries(), 'index.cjs'), [start], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, (result: Result<unknown>) => void>()
  const listeners = new Set<(event: HilumEvent) => void>()
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  child.on('message', (message: FromEngine) => {
    if ('event' in message) for (const listener of listeners) listener(message.event)
    else waiting.get(message.id)?.(message.result)
  })
  let next = 1
  const client: HilumClient = {
    async call<M extends Method>(method: M, payload: Input<M>, options: CallOptions = {}) {
      const id = next++
      const unsubscribe = client.onEvent((event) => {
        if (event.type === 'progress' && event.id === id) options.onProgress?.(event.progress)
      })
      const answer = new Promise<Result<unknown>>((resolve) => waiting.set(id, resolve))
      child.send({ id, method, payload })
      options.signal?.addEventListener('abort', () => child.send({ cancel: id }))
      const result = await answer
      waiting.delete(id)
      unsubscribe()
      return result as Result<Output<M>>
    },
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    client,
    pid: child.pid as number,
    kill: (signal) => void child.kill(signal),
    exited,
    async close() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}

contractSuite({ name: 'a forked engine', structuredClone: true, connect })

it('a killed engine leaves a library that opens at once, and an ended host no engine', async () => {
  const world = await makeWorld()
  const first = await connect(world)
  value(await first.client.call('library.open', { create: true }))
  value(await first.client.call('import.run', { sources: [{ kind: 'path', path: world.cases }] }))
  first.kill('SIGKILL')
  await first.exited

  const second = await connect(world)
  expect(value(await second.client.call('library.open', {}))).toMatchObject({ cases: 12, readOnly: false })
  await second.close()
  expect(await second.exited).toBe(0)
  await world.remove()
})
