import { join } from 'node:path'
import WebSocket from 'ws'
import { ChannelClient } from '../../src/hosts/engineConnection.js'
import { forkedEngine } from '../../src/hosts/engineProcess.js'
import { EngineSupervisor } from '../../src/hosts/engineSupervisor.js'
import { grantedPath } from '../../src/shared/bridge.js'
import { frameOf, messageOf } from '../../src/shared/framing.js'
import type { FromEngine, ToEngine } from '../../src/shared/transport.js'
import { startLoopbackHost } from '../../src/web/server.js'
import { engineEntries } from './entries.js'
import { contractSuite, type Connection } from './suite.js'

/** The suite names paths; a page may only name grants. Here the token of a path is the path. */
function asGrants(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || depth > 20) return value
  if (Array.isArray(value)) return value.map((each) => asGrants(each, depth + 1))
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  const { kind, path } = value as { kind?: unknown; path?: unknown }
  if (kind === 'path' && typeof path === 'string') return { kind: 'granted', token: path, name: path }
  const copy = Object.create(Object.getPrototypeOf(value) as object) as Record<string, unknown>
  for (const key of Object.getOwnPropertyNames(value)) {
    const each = (value as Record<string, unknown>)[key]
    const granted = depth === 0 && key === 'path' && typeof each === 'string' && each !== ''
    Object.defineProperty(copy, key, {
      value: granted ? grantedPath(each) : asGrants(each, depth + 1),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return copy
}

async function connect(start: { userData: string; modelDirs: string[] }): Promise<Connection> {
  const entries = await engineEntries()
  const { userData, modelDirs } = start
  const engine = new EngineSupervisor(forkedEngine(join(entries, 'index.cjs')), {
    userData,
    modelDirs,
    version: 'test',
  })
  const host = await startLoopbackHost(engine, entries, 0, userData, (token) => token)
  engine.start()
  const { origin, searchParams } = new URL(host.address)
  const cookie = `hilum-${host.port}=${searchParams.get('token') ?? ''}`
  const socket = new WebSocket(origin.replace('http:', 'ws:'), { headers: { cookie, origin } })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve())
    socket.once('error', reject)
  })
  const client = new ChannelClient((message: ToEngine) => {
    const sent = 'method' in message ? { ...message, payload: asGrants(message.payload) } : message
    socket.send(frameOf(sent))
  })
  socket.on('message', (data: Buffer) => client.receive(messageOf(data) as FromEngine))
  return {
    client,
    close: async () => {
      socket.close()
      await Promise.all([host.close(), engine.stop()])
    },
  }
}

contractSuite({ name: 'a loopback web socket', structuredClone: false, connect })
