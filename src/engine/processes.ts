/**
 * Children of the engine: the decoder and the provider probe.
 *
 * Under Node they are forked. In the packaged app child processes of Node are not to be had (the runAsNode fuse is
 * off), so the engine, itself a utility process, asks Electron main for one over its parent port:
 *
 *     engine -> main   { spawn: { token, entry } }            entry: 'decoder' | 'probe'
 *     main -> engine   { spawned: { token, pid } }            with one transferred MessagePort
 *     engine -> main   { killSpawned: { token } }             main ends that utility process
 *     main -> engine   { spawnedExit: { token, reason } }     after it ended, for whatever reason
 *
 * Main starts `<entriesDir>/<entry>.cjs` with utilityProcess.fork and posts it `{ port: true }` with the other end
 * of the MessageChannel; everything else the two say goes over that port.
 */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Child, Processes } from './ports/processes.js'

/** Forks `<entriesDir>/<entry>.cjs` with structured-clone messages. */
export class ForkedProcesses implements Processes {
  readonly #entriesDir: string
  readonly #alive = new Set<Child>()

  constructor(entriesDir: string) {
    this.#entriesDir = entriesDir
  }

  start(entry: 'decoder' | 'probe'): Child {
    const forked = fork(join(this.#entriesDir, `${entry}.cjs`), [], {
      serialization: 'advanced',
      // The decoder reads hostile bytes: it gets neither our arguments nor our standard input.
      execArgv: [],
      // A missing accelerator's own complaints are not ours to print: the probe's answer says what there is.
      stdio: ['ignore', 'ignore', entry === 'probe' ? 'ignore' : 'inherit', 'ipc'],
    })
    let exited: string | undefined
    const exitListeners: ((reason: string) => void)[] = []
    const child: Child = {
      pid: forked.pid,
      send: (message) => {
        // A child that has just died reports through its exit; the write error says nothing more.
        if (forked.connected) forked.send(message as object, () => undefined)
      },
      onMessage: (listener) => void forked.on('message', listener),
      onExit: (listener) => {
        if (exited === undefined) exitListeners.push(listener)
        else listener(exited)
      },
      kill: () => void forked.kill('SIGKILL'),
    }
    const ended = (reason: string): void => {
      if (exited !== undefined) return
      exited = reason
      this.#alive.delete(child)
      for (const listener of exitListeners) listener(reason)
    }
    forked.on('exit', (code, signal) => ended(signal ?? `exit status ${code}`))
    forked.on('error', (error) => ended(error.message))
    this.#alive.add(child)
    return child
  }

  /** Ends every child that still runs. */
  close(): void {
    for (const child of this.#alive) child.kill()
  }
}

/** The part of Electron's `process.parentPort` that is used; electron itself is never imported here. */
export type ParentPort = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown; ports: MessagePortLike[] }) => void): void
  on(event: 'close', listener: () => void): void
}
export type MessagePortLike = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  start(): void
  close(): void
}

/** Asks Electron main for utility processes; see the file's head for the messages. */
export class RequestedProcesses implements Processes {
  readonly #parent: ParentPort
  readonly #children = new Map<number, RequestedChild>()
  #token = 0

  constructor(parent: ParentPort) {
    this.#parent = parent
    parent.on('message', ({ data, ports }) => this.#receive(data, ports))
  }

  start(entry: 'decoder' | 'probe'): Child {
    const token = ++this.#token
    const child = new RequestedChild(() => this.#parent.postMessage({ killSpawned: { token } }))
    this.#children.set(token, child)
    this.#parent.postMessage({ spawn: { token, entry } })
    return child
  }

  close(): void {
    for (const child of this.#children.values()) child.kill()
  }

  #receive(data: unknown, ports: MessagePortLike[]): void {
    const { spawned, spawnedExit } = (data ?? {}) as {
      spawned?: { token: number; pid?: number }
      spawnedExit?: { token: number; reason: string }
    }
    if (spawned !== undefined && ports[0] !== undefined)
      this.#children.get(spawned.token)?.connect(ports[0], spawned.pid)
    if (spawnedExit !== undefined) {
      this.#children.get(spawnedExit.token)?.ended(spawnedExit.reason)
      this.#children.delete(spawnedExit.token)
    }
  }
}

class RequestedChild implements Child {
  pid: number | undefined
  readonly #kill: () => void
  #port: MessagePortLike | undefined
  #waiting: unknown[] = []
  #messageListeners: ((message: unknown) => void)[] = []
  #exitListeners: ((reason: string) => void)[] = []
  #exited: string | undefined

  constructor(kill: () => void) {
    this.#kill = kill
  }

  connect(port: MessagePortLike, pid: number | undefined): void {
    this.#port = port
    this.pid = pid
    port.on('message', ({ data }) => this.#messageListeners.forEach((listener) => listener(data)))
    port.start()
    for (const message of this.#waiting) port.postMessage(message)
    this.#waiting = []
  }

  ended(reason: string): void {
    if (this.#exited !== undefined) return
    this.#exited = reason
    this.#port?.close()
    for (const listener of this.#exitListeners) listener(reason)
  }

  send(message: unknown): void {
    if (this.#port === undefined) this.#waiting.push(message)
    else this.#port.postMessage(message)
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#messageListeners.push(listener)
  }

  onExit(listener: (reason: string) => void): void {
    if (this.#exited === undefined) this.#exitListeners.push(listener)
    else listener(this.#exited)
  }

  kill(): void {
    this.#kill()
  }
}
