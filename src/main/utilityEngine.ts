/**
 * The engine as Electron's utility process. In the packaged app children cannot be forked (the runAsNode fuse is off),
 * so the engine asks main for its decoders; the messages are described in src/engine/processes.ts.
 */
import { join } from 'node:path'
import type { FromEngine } from '@shared/transport.js'
import { MessageChannelMain, utilityProcess, type UtilityProcess } from 'electron'
import type { EngineProcess, Spawner } from '../hosts/engineProcess.js'

const ENTRIES: ReadonlySet<string> = new Set(['decoder', 'probe'])

type Asked = { spawn?: { token: number; entry: string }; killSpawned?: { token: number } }

/** @param entriesDir the folder of index.cjs, decoder.cjs and probe.cjs */
export function utilityEngine(entriesDir: string): Spawner {
  return (start) => {
    const child = utilityProcess.fork(join(entriesDir, 'index.cjs'), [JSON.stringify(start)], {
      serviceName: 'Hilum engine',
      stdio: 'inherit',
    })
    const children = new SpawnedChildren(child, entriesDir)
    const listeners: ((reason: string) => void)[] = []
    let exited: string | undefined
    child.on('exit', (code) => {
      exited = `exit status ${code}`
      children.killAll()
      for (const listener of listeners) listener(exited)
    })
    const running: EngineProcess = {
      get pid() {
        return child.pid
      },
      send: (message) => child.postMessage(message),
      onMessage: (listener) =>
        void child.on('message', (message: unknown) => {
          if (!children.receive(message as Asked)) listener(message as FromEngine)
        }),
      onExit: (listener) => {
        if (exited === undefined) listeners.push(listener)
        else listener(exited)
      },
      // SIGTERM: the engine closes its library and goes.
      end: () => void child.kill(),
      kill: () => {
        if (child.pid !== undefined && exited === undefined) process.kill(child.pid, 'SIGKILL')
      },
    }
    return running
  }
}

/** Utility processes that one engine asked for; they never outlive it. */
class SpawnedChildren {
  readonly #engine: UtilityProcess
  readonly #entriesDir: string
  readonly #children = new Map<number, UtilityProcess>()

  constructor(engine: UtilityProcess, entriesDir: string) {
    this.#engine = engine
    this.#entriesDir = entriesDir
  }

  /** @returns whether the message was one of these */
  receive({ spawn, killSpawned }: Asked): boolean {
    if (spawn !== undefined && ENTRIES.has(spawn.entry)) this.#spawn(spawn.token, spawn.entry)
    if (killSpawned !== undefined) this.#children.get(killSpawned.token)?.kill()
    return spawn !== undefined || killSpawned !== undefined
  }

  killAll(): void {
    for (const child of this.#children.values()) child.kill()
  }

  #spawn(token: number, entry: string): void {
    const child = utilityProcess.fork(join(this.#entriesDir, `${entry}.cjs`), [], {
      serviceName: `Hilum ${entry}`,
      stdio: 'ignore',
    })
    this.#children.set(token, child)
    const { port1, port2 } = new MessageChannelMain()
    child.once('spawn', () => {
      child.postMessage({ port: true }, [port1])
      this.#engine.postMessage({ spawned: { token, pid: child.pid } }, [port2])
    })
    child.on('exit', (code) => {
      this.#children.delete(token)
      this.#engine.postMessage({ spawnedExit: { token, reason: `exit status ${code}` } })
    })
  }
}
