/** What a host knows of an engine process, and how a Node host starts one. */
import { fork, type ChildProcess } from 'node:child_process'
import type { Writable } from 'node:stream'
import type { FromEngine, ToEngine } from '@shared/transport.js'
import { writeFrame } from '../node/frames.js'

/** The engine's command line: one JSON argument. */
export type EngineStart = {
  userData: string
  modelDirs: readonly string[]
  version: string
  demoDir?: string
  /** Library to open at once. */
  library?: string
}

export interface EngineProcess {
  readonly pid: number | undefined
  send(message: ToEngine): void
  onMessage(listener: (message: FromEngine) => void): void
  /** Called once; at once when it is over already. */
  onExit(listener: (reason: string) => void): void
  /** Asks it to close its library and go. */
  end(): void
  kill(): void
}
export type Spawner = (start: EngineStart) => EngineProcess

/**
 * Starts the engine with `child_process.fork`. The channel's end is the engine's sign to go, so a host that is killed
 * leaves no orphan.
 * @param entry out/engine/index.cjs
 * @param execPath a Node >= 22.14; the host's own when it is one
 * @param inbox messages to the engine go through a pipe of their own, for hosts that must not serialize: an old Electron ends
 * (SIGTRAP) when it sweeps the memory of a message that Node's channel wrote, if its pages are fewer than were kept for it
 */
export function forkedEngine(
  entry: string,
  execPath: string = process.execPath,
  { inbox = false }: { inbox?: boolean } = {},
): Spawner {
  return (start) => {
    const environment = { ...process.env }
    delete environment['ELECTRON_RUN_AS_NODE']
    const told = inbox ? { ...start, inbox: INBOX } : start
    const child = fork(entry, [JSON.stringify(told)], {
      execPath,
      execArgv: [],
      serialization: 'advanced',
      env: environment,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc', ...(inbox ? ['pipe'] : [])],
      windowsHide: true,
    } as Parameters<typeof fork>[2])
    const listeners: ((reason: string) => void)[] = []
    let exited: string | undefined
    const over = (reason: string): void => {
      if (exited !== undefined) return
      exited = reason
      for (const listener of listeners) listener(reason)
    }
    child.on('exit', (code, signal) => over(signal ?? `exit status ${code ?? 'unknown'}`))
    child.on('error', (error) => over(error.message))
    return {
      pid: child.pid,
      send: inbox ? byPipe(child) : byChannel(child),
      onMessage: (listener) => void child.on('message', (message) => listener(message as FromEngine)),
      onExit: (listener) => {
        if (exited === undefined) listeners.push(listener)
        else listener(exited)
      },
      end: () => {
        if (child.connected) child.disconnect()
      },
      kill: () => void child.kill('SIGKILL'),
    }
  }
}

/** The file descriptor of the engine's inbox. */
const INBOX = 4

// A process that has just died reports through its exit; the write error says nothing more.
const byChannel =
  (child: ChildProcess): EngineProcess['send'] =>
  (message) =>
    void (child.connected && child.send(message, () => undefined))

function byPipe(child: ChildProcess): EngineProcess['send'] {
  const pipe = child.stdio[INBOX] as Writable
  pipe.on('error', () => undefined)
  return (message) => {
    if (!child.connected) return
    try {
      writeFrame(pipe, message)
    } catch (error) {
      if (!('id' in message) || !(error instanceof TypeError || error instanceof RangeError)) throw error
      // Without its payload the call is refused like any other nonsense.
      writeFrame(pipe, { id: message.id, method: message.method })
    }
  }
}
