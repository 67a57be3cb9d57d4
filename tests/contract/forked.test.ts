import { fork } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ChannelClient, EngineConnection } from '../../src/hosts/engineConnection.js'
import type { FromEngine } from '../../src/shared/transport.js'
import { engineEntries } from './entries.js'
import { contractSuite, value, type Connection } from './suite.js'
import { makeWorld } from './world.js'

type Forked = Connection & { pid: number; kill(signal: NodeJS.Signals): void; exited: Promise<number | null> }

/** The plainest host there can be: a channel, and the guard every host has before it. */
async function connect({ userData, modelDirs }: { userData: string; modelDirs: string[] }): Promise<Forked> {
  const start = JSON.stringify({ userData, modelDirs, version: 'test' })
  const child = fork(join(await engineEntries(), 'index.cjs'), [start], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const connection: EngineConnection = new EngineConnection((message) => client.receive(message), {
    send: (message) => void child.send(message, () => undefined),
    close: () => undefined,
  })
  const client = new ChannelClient((message) => connection.send(message))
  child.on('message', (message: FromEngine) => connection.deliver(message))
  child.on('exit', () => client.fail('ENGINE_FAILED'))
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
