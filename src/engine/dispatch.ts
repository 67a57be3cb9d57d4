/**
 * The one dispatcher behind every host: own-key look-up of the method, zod on the way in, the service, zod on
 * the way out, always a `Result`. Hosts and transports carry messages and decide nothing.
 */
import { contract, methods, type HilumEvent, type Method } from '@shared/contract.js'
import type { Progress } from '@shared/domain/library.js'
import { HilumError, problem, problemOf, type Problem, type Result } from '@shared/errors.js'
import type { RequestMessage, ResponseMessage } from '@shared/transport.js'
import { hostileShape } from '@shared/payload.js'
import type { CallContext, Handler } from './ports/calls.js'
import { thinned } from './thinned.js'

/** Every method of the contract has its service; a missing one is a type error. */
export type Handlers = { readonly [M in Method]: Handler<M> }

/** Calls that exchange the open library: whatever still works on the old one is cancelled first. */
const EXCHANGES_LIBRARY: ReadonlySet<Method> = new Set<Method>([
  'library.open',
  'library.openDemo',
  'library.restore',
])

/** Calls that themselves wait for a moment alone: they would wait for one another. */
const WAITS_FOR_ALONE: ReadonlySet<Method> = new Set<Method>(['models.use', 'models.provider'])

/** Calls that ask what the background has come to: it does not rest for them. */
const LOOKS_ON: ReadonlySet<Method> = new Set<Method>(['library.health', 'engine.status', 'engine.doctor'])
/** So long nothing must have been asked before the background goes on: people search in flurries. */
const LULL_MILLISECONDS = 100
/** At the latest after so long it goes on by a step: it must come to an end under callers that never pause. */
const LONGEST_REST_MILLISECONDS = 1000
const LOOK_MILLISECONDS = 10

type Running = {
  method: Method
  controller: AbortController
  finished: Promise<void>
  /** It has not begun: something is being exchanged. */
  held: boolean
}

export class Dispatcher {
  readonly #handlers: Handlers
  readonly #emit: (event: HilumEvent) => void
  readonly #readOnly: () => boolean
  readonly #running = new Map<number, Running>()
  #alone: Promise<void> | undefined
  #closed = false
  /** When the last call ended that the background rests for. */
  #lastEnd = 0

  /**
   * @param handlers one service a method
   * @param emit where progress events go
   * @param readOnly whether the open library refuses changes
   */
  constructor(handlers: Handlers, emit: (event: HilumEvent) => void, readOnly: () => boolean) {
    this.#handlers = handlers
    this.#emit = emit
    this.#readOnly = readOnly
  }

  /** Answers one request; never rejects. A request id that is still running is refused. */
  async handle(request: RequestMessage): Promise<ResponseMessage> {
    const id = Number.isSafeInteger(request.id) ? request.id : -1
    return { id, result: await this.#result(id, request) }
  }

  /** Aborts the request with this id; one that is not running is left alone. */
  cancel(id: number): void {
    this.#running.get(id)?.controller.abort()
  }

  /**
   * Runs `work` while no call does: what calls take one after the other (encoder, index) is exchanged as one. Long calls
   * are waited for without holding others back; then new calls are held for the moments that short ones still take.
   * @throws CANCELLED when the signal ends the waiting
   */
  async exclusively<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const stopped = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(new HilumError('CANCELLED')), { once: true }),
    )
    stopped.catch(() => undefined)
    signal.throwIfAborted()
    const others = (long: boolean): Promise<void>[] =>
      [...this.#running.values()]
        .filter(
          ({ method, held }) => !held && !WAITS_FOR_ALONE.has(method) && 'long' in contract[method] === long,
        )
        .map(({ finished }) => finished)
    for (;;) {
      while (this.#alone !== undefined) await Promise.race([this.#alone, stopped])
      const longer = others(true)
      if (longer.length === 0) break
      await Promise.race([Promise.all(longer), stopped])
    }
    let release: () => void = () => undefined
    this.#alone = new Promise<void>((resolve) => (release = resolve))
    try {
      await Promise.race([Promise.all(others(false)), stopped])
      return await work()
    } finally {
      this.#alone = undefined
      release()
    }
  }

  /** For work in the background between its steps: waits while calls run, and a little after. Never rejects. */
  async lull(): Promise<void> {
    const start = performance.now()
    const busy = (now: number): boolean =>
      !this.#closed &&
      (now - this.#lastEnd < LULL_MILLISECONDS ||
        [...this.#running.values()].some(({ method }) => !LOOKS_ON.has(method)))
    await new Promise((resolve) => setImmediate(resolve))
    for (let now = performance.now(); busy(now) && now - start < LONGEST_REST_MILLISECONDS;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS))
      now = performance.now()
    }
  }

  /** Cancels what runs and waits for it; later requests are refused. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#abort(() => true)
  }

  async #result(id: number, request: RequestMessage): Promise<Result<unknown>> {
    if (this.#closed) return failed(problem('ENGINE_RESTARTING'))
    if (id < 0 || this.#running.has(id))
      return failed(problem('PAYLOAD_INVALID', undefined, 'The request id is no number or still in use.'))
    const method = methods.find((known) => known === request.method)
    if (method === undefined || !Object.hasOwn(contract, method)) return failed(problem('METHOD_UNKNOWN'))
    const invalid = hostileShape(request.payload)
    if (invalid !== undefined) return failed(problem('PAYLOAD_INVALID', undefined, invalid))
    return await this.#run(id, method, request.payload)
  }

  async #run<M extends Method>(id: number, method: M, payload: unknown): Promise<Result<unknown>> {
    const { input, output, ...traits } = contract[method]
    const parsed = input.safeParse(payload)
    if (!parsed.success) return failed(problem('PAYLOAD_INVALID', undefined, issuesOf(parsed.error)))
    if ('writes' in traits && this.#readOnly()) return failed(problem('LIBRARY_READ_ONLY'))

    const controller = new AbortController()
    let finish: () => void = () => undefined
    const finished = new Promise<void>((resolve) => (finish = resolve))
    const progress = thinned((latest: Progress) => this.#emit({ type: 'progress', id, progress: latest }))
    // Registered before the first wait, so that a cancel sent right behind the request is heard.
    const running: Running = { method, controller, finished, held: true }
    this.#running.set(id, running)
    try {
      while (this.#alone !== undefined && !WAITS_FOR_ALONE.has(method)) await this.#alone
      running.held = false
      if (EXCHANGES_LIBRARY.has(method)) await this.#abort((other) => other.controller !== controller)
      const context: CallContext = { signal: controller.signal, progress: progress.push }
      const handler = this.#handlers[method]
      const value = await handler(parsed.data as never, context)
      const conform = output.safeParse(value)
      if (!conform.success)
        return failed(problem('INTERNAL', undefined, `${method} answered ${issuesOf(conform.error)}`))
      return { ok: true, value: conform.data }
    } catch (error) {
      return failed(this.#problemOf(error, controller.signal))
    } finally {
      progress.flush()
      this.#running.delete(id)
      if (!LOOKS_ON.has(method)) this.#lastEnd = performance.now()
      finish()
    }
  }

  #problemOf(error: unknown, signal: AbortSignal): Problem {
    if (signal.aborted && !(error instanceof HilumError)) return problem('CANCELLED')
    return problemOf(error)
  }

  /** Aborts long and writing calls that `which` names and waits until they have let go. */
  async #abort(which: (running: Running) => boolean): Promise<void> {
    const others = [...this.#running.values()].filter(
      (running) =>
        which(running) && !EXCHANGES_LIBRARY.has(running.method) && !WAITS_FOR_ALONE.has(running.method),
    )
    for (const other of others) other.controller.abort()
    await Promise.all(others.map((other) => other.finished))
  }
}

function failed(why: Problem): Result<never> {
  return { ok: false, problem: why }
}

/** zod's issues as one line, without the values: a payload may carry patient data. */
function issuesOf(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.map(String).join('.') || 'payload'}: ${issue.message}`)
    .join('; ')
    .slice(0, 500)
}
