/**
 * Keeps one engine process alive for a host. A crash costs a restart, not a session: calls under way fail with
 * ENGINE_RESTARTING, the next process opens the same library again, and everybody connected hears of it.
 */
import type { HilumEvent } from '@shared/contract.js'
import { problem, type Problem } from '@shared/errors.js'
import type { FromEngine, RequestMessage, ToEngine } from '@shared/transport.js'
import { EngineConnection } from './engineConnection.js'
import type { EngineProcess, EngineStart, Spawner } from './engineProcess.js'

/** Milliseconds before each next try; after the last one the engine counts as failed. */
const BACK_OFF = [50, 250, 1000, 3000, 8000] as const
/** An engine that lived this long has earned its tries back. */
const HEALTHY_MS = 30_000
/** What a graceful end may take before the process is killed. */
const GRACE_MS = 4000
/** Ids of the supervisor's own calls; connections get theirs from the same counter. */
const FIRST_ID = 1

type State = 'stopped' | 'starting' | 'ready' | 'restarting' | 'failed'
type Pending = { connection: EngineConnection; id: number }

export class EngineSupervisor {
  readonly #spawn: Spawner
  readonly #log: (line: string) => void
  readonly #connections = new Set<EngineConnection>()
  readonly #pending = new Map<number, Pending>()
  #start: EngineStart
  #process: EngineProcess | undefined
  #state: State = 'stopped'
  #problem: Problem | undefined
  #failures = 0
  #nextId = FIRST_ID
  #probe = 0
  #timer: NodeJS.Timeout | undefined
  #startedAt = 0
  #lastReason = ''

  /**
   * @param spawn starts one engine process
   * @param start what every engine process is told; its library follows what is opened later
   * @param log one line a restart, without patient data
   */
  constructor(spawn: Spawner, start: EngineStart, log: (line: string) => void = () => undefined) {
    this.#spawn = spawn
    this.#start = start
    this.#log = log
  }

  get state(): State {
    return this.#state
  }

  /** Process id of the engine that runs now. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  start(): void {
    if (this.#state !== 'stopped') return
    this.#launch('starting')
  }

  /** One caller: a window, a browser tab, the host itself. It hears the present state at once. */
  connect(deliver: (message: FromEngine) => void): EngineConnection {
    const connection: EngineConnection = new EngineConnection(deliver, {
      send: (message) => this.#receive(connection, message),
      close: () => this.#disconnect(connection),
    })
    this.#connections.add(connection)
    const now = this.#stateEvent()
    if (now !== undefined) connection.deliver({ event: now })
    return connection
  }

  /** Ends the engine: asks it to let go of its library, then kills it. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#state = 'stopped'
    clearTimeout(this.#timer)
    this.#failPending(problem('CANCELLED'))
    const running = this.#process
    this.#process = undefined
    if (running === undefined) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => running.kill(), GRACE_MS)
      running.onExit(() => {
        clearTimeout(timer)
        resolve()
      })
      running.end()
    })
  }

  #launch(state: 'starting' | 'restarting'): void {
    this.#state = state
    this.#problem = undefined
    this.#announce()
    this.#startedAt = Date.now()
    let running: EngineProcess
    try {
      running = this.#spawn(this.#start)
    } catch (error) {
      this.#exited(error instanceof Error ? error.message : String(error))
      return
    }
    this.#process = running
    running.onMessage((message) => {
      if (this.#process === running) this.#fromEngine(message)
    })
    running.onExit((reason) => {
      if (this.#process === running) this.#exited(reason)
    })
    // Its first answer is the sign that it serves: a status call is cheap and changes nothing.
    this.#probe = this.#nextId++
    running.send({ id: this.#probe, method: 'engine.status', payload: {} })
  }

  #exited(reason: string): void {
    this.#process = undefined
    this.#lastReason = reason
    if (this.#state === 'stopped') return
    if (Date.now() - this.#startedAt > HEALTHY_MS) this.#failures = 0
    const wait = BACK_OFF[this.#failures]
    this.#failures++
    this.#log(`The engine ended (${reason}).`)
    if (wait === undefined) {
      this.#state = 'failed'
      this.#problem = problem('ENGINE_FAILED', undefined, reason)
      this.#failPending(this.#problem)
      this.#announce()
      return
    }
    this.#state = 'restarting'
    this.#failPending(problem('ENGINE_RESTARTING'))
    this.#announce()
    this.#timer = setTimeout(() => this.#launch('restarting'), wait)
  }

  #receive(connection: EngineConnection, message: ToEngine): void {
    if ('cancel' in message) {
      for (const [engineId, pending] of this.#pending)
        if (pending.connection === connection && pending.id === message.cancel)
          this.#process?.send({ cancel: engineId })
      return
    }
    if (this.#state === 'failed') this.#tryAgain()
    const running = this.#process
    if (running === undefined) {
      this.#refuse(connection, message, this.#problem ?? problem('ENGINE_RESTARTING'))
      return
    }
    const engineId = this.#nextId++
    this.#pending.set(engineId, { connection, id: message.id })
    running.send({ id: engineId, method: message.method, payload: message.payload })
  }

  /** Somebody asks although the engine is given up: one more try, unless the last is only just over. */
  #tryAgain(): void {
    if (Date.now() - this.#startedAt < GRACE_MS) return
    this.#failures = BACK_OFF.length
    this.#launch('restarting')
  }

  #refuse(connection: EngineConnection, message: RequestMessage, why: Problem): void {
    connection.deliver({ id: message.id, result: { ok: false, problem: why } })
  }

  #fromEngine(message: FromEngine): void {
    if ('event' in message) {
      this.#eventFromEngine(message.event)
      return
    }
    if (message.id === this.#probe) {
      this.#state = 'ready'
      this.#announce()
      return
    }
    const pending = this.#pending.get(message.id)
    if (pending === undefined) return
    this.#pending.delete(message.id)
    // An engine that serves has earned its tries back: the next crash costs a short restart again.
    this.#failures = 0
    pending.connection.deliver({ id: pending.id, result: message.result })
  }

  #eventFromEngine(event: HilumEvent): void {
    // What the engine process is up to is for its supervisor to say.
    if (event.type === 'engine') return
    if (event.type === 'progress') {
      const pending = this.#pending.get(event.id)
      pending?.connection.deliver({ event: { ...event, id: pending.id } })
      return
    }
    if (event.type === 'library') this.#start = { ...this.#start, library: event.info.path }
    for (const connection of this.#connections) connection.deliver({ event })
  }

  #disconnect(connection: EngineConnection): void {
    this.#connections.delete(connection)
    for (const [engineId, pending] of this.#pending) {
      if (pending.connection !== connection) continue
      this.#pending.delete(engineId)
      this.#process?.send({ cancel: engineId })
    }
  }

  #failPending(why: Problem): void {
    const failed = [...this.#pending.values()]
    this.#pending.clear()
    for (const { connection, id } of failed) connection.deliver({ id, result: { ok: false, problem: why } })
  }

  #stateEvent(): HilumEvent | undefined {
    if (this.#state === 'stopped') return undefined
    const why = this.#problem
    return { type: 'engine', state: this.#state, ...(why === undefined ? {} : { problem: why }) }
  }

  #announce(): void {
    const event = this.#stateEvent()
    if (event !== undefined) for (const connection of this.#connections) connection.deliver({ event })
  }

  /** Why the last engine process ended. */
  get lastReason(): string {
    return this.#lastReason
  }
}
