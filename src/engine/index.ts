/**
 * Process entry: the engine behind one channel, for child_process.fork (serialization "advanced") and for
 * Electron's utilityProcess. It ends when its parent does, and lets go of the library first.
 *
 * argv[2]: JSON `{ userData, modelDirs, version, library?, demoDir?, inbox? }`; `inbox`: the file descriptor of a pipe that
 * messages come by, as frames, instead of the channel.
 */
import { Socket } from 'node:net'
import { dirname } from 'node:path'
import type { HilumEvent } from '@shared/contract.js'
import { problemOf } from '@shared/errors.js'
import type { FromEngine, RequestMessage, ToEngine } from '@shared/transport.js'
import { readFrames } from '../node/frames.js'
import { createEngine, type Engine } from './createEngine.js'
import { ForkedProcesses, RequestedProcesses, type ParentPort } from './processes.js'

type Start = {
  userData: string
  modelDirs: string[]
  version: string
  library?: string
  demoDir?: string
  inbox?: number
}
type Channel = {
  send(message: FromEngine): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
}

const { inbox, library, ...options } = JSON.parse(process.argv[2] ?? '{}') as Start
const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort
const channel = parentPort === undefined ? forkChannel() : portChannel(parentPort)
const entriesDir = dirname(process.argv[1] ?? __filename)
const processes =
  parentPort === undefined ? new ForkedProcesses(entriesDir) : new RequestedProcesses(parentPort)
const emit = (event: HilumEvent): void => channel.send({ event })

for (const kind of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(kind, (error: unknown) => {
    logFault(kind, error)
    processes.close()
    process.exit(70)
  })

emit({ type: 'engine', state: 'starting' })
const starting = start()
let ending = false

channel.onMessage((message) => void starting.then((engine) => receive(engine, message)))
channel.onClose(() => void end())
process.on('SIGTERM', () => void end())
// Ctrl-C goes to the whole group; the host decides what it means and then closes the channel.
process.on('SIGINT', () => undefined)

async function start(): Promise<Engine> {
  try {
    const engine = await createEngine({ ...options, entriesDir, processes, emit, measureProviders: true })
    if (library !== undefined) await engine.openAtStart(library)
    emit({ type: 'engine', state: 'ready' })
    return engine
  } catch (error) {
    emit({ type: 'engine', state: 'failed', problem: problemOf(error) })
    throw error
  }
}

async function receive(engine: Engine, message: unknown): Promise<void> {
  if (typeof message !== 'object' || message === null) return
  if ('cancel' in message) engine.cancel(Number((message as Extract<ToEngine, { cancel: number }>).cancel))
  else if ('id' in message && 'method' in message)
    channel.send(await engine.handle(message as RequestMessage))
}

/** Closes the library, releases its lock, ends the children; the exit does not wait for ever on any of them. */
async function end(): Promise<void> {
  if (ending) return
  ending = true
  setTimeout(() => process.exit(0), 5000).unref()
  await starting.then((engine) => engine.close()).catch(() => undefined)
  processes.close()
  process.exit(0)
}

function forkChannel(): Channel {
  return {
    // The parent may be gone before its exit is heard: then the close event ends this process.
    send: (message) =>
      void (process.connected && process.send?.(message, undefined, undefined, () => undefined)),
    onMessage: (listener) => {
      if (inbox === undefined) process.on('message', listener)
      else readFrames(new Socket({ fd: inbox, readable: true, writable: false }), listener)
    },
    onClose: (listener) => void process.on('disconnect', listener),
  }
}

function portChannel(port: ParentPort): Channel {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => port.on('close', listener),
  }
}

/** Kind, code and our own stack lines: messages may hold file names and words of a patient. */
function logFault(kind: string, error: unknown): void {
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []
  const name = error instanceof Error ? error.name : typeof error
  process.stderr.write(
    `hilum engine: ${kind} ${name} ${problemOf(error).code}\n${frames.slice(0, 12).join('\n')}\n`,
  )
}
