/**
 * Entry of a decode process: one job at a time, the next ones wait in line. It holds no data of the library
 * and may be killed at any moment.
 */
import { problemOf } from '@shared/errors.js'
import { Sources } from './bytesOf.js'
import type { FromDecoder, ToDecoder } from './protocol.js'
import { work } from './work.js'

type Port = {
  on(event: 'message', listener: (message: { data: unknown }) => void): void
  postMessage(message: unknown): void
  start(): void
}
type ParentPort = {
  on(event: 'message', listener: (message: { data: unknown; ports: Port[] }) => void): void
}
// A forked Node process has process.send; a utility process of Electron is handed a port to the engine by main.
const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort
let port: Port | undefined
const send = (message: FromDecoder): void => {
  if (port) port.postMessage(message)
  // An engine that has just gone hears nothing more; the end of the channel ends this process.
  else process.send?.(message, undefined, undefined, () => undefined)
}

const sources = new Sources()
const line: { id: number; job: Extract<ToDecoder, { type: 'job' }>['job'] }[] = []
let busy = false

async function next(): Promise<void> {
  if (busy) return
  busy = true
  // Where a line begins; each later job begins when the one before it is answered.
  if (line[0] !== undefined) send({ type: 'start', id: line[0].id })
  for (let item = line.shift(); item; item = line.shift()) {
    const { id, job } = item
    try {
      send({ type: 'done', id, value: await work(sources, job) })
    } catch (error) {
      send({ type: 'failed', id, problem: problemOf(error) })
    }
  }
  busy = false
}

function receive(message: ToDecoder): void {
  if (message.type === 'hold') sources.hold(message.number, message.bytes)
  else if (message.type === 'drop') sources.drop(message.number)
  else if (message.type === 'cancel') {
    const at = line.findIndex((item) => item.id === message.id)
    if (at >= 0) line.splice(at, 1)
  } else {
    line.push(message)
    void next()
  }
}

if (parentPort)
  parentPort.on('message', ({ ports }) => {
    const [given] = ports
    if (!given) return
    port = given
    given.on('message', ({ data }) => receive(data as ToDecoder))
    given.start()
  })
else {
  process.on('message', (message) => receive(message as ToDecoder))
  // Nobody is left to answer.
  process.on('disconnect', () => process.exit(0))
}
if (process.platform !== 'linux')
  setInterval(() => send({ type: 'memory', bytes: process.memoryUsage.rss() }), 250).unref()
