/** One caller's end of a supervised engine, and the typed client over it that hosts use themselves. */
import type { HilumEvent, Input, Method, Output } from '@shared/contract.js'
import { problem, type Result } from '@shared/errors.js'
import { hostileShape } from '@shared/payload.js'
import type { CallOptions, FromEngine, HilumClient, ToEngine } from '@shared/transport.js'

export class EngineConnection {
  readonly #deliver: (message: FromEngine) => void
  readonly #port: { send(message: ToEngine): void; close(): void }
  #open = true

  constructor(
    deliver: (message: FromEngine) => void,
    port: { send(message: ToEngine): void; close(): void },
  ) {
    this.#deliver = deliver
    this.#port = port
  }

  send(message: ToEngine): void {
    if (!this.#open) return
    const hostile = 'method' in message ? hostileShape(message.payload) : undefined
    if ('method' in message && hostile !== undefined)
      this.#deliver({
        id: message.id,
        result: { ok: false, problem: problem('PAYLOAD_INVALID', undefined, hostile) },
      })
    else this.#port.send(message)
  }

  deliver(message: FromEngine): void {
    if (this.#open) this.#deliver(message)
  }

  /** Cancels what this caller still has under way; nothing is delivered afterwards. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#port.close()
  }
}

type Waiting = { settle: (result: Result<unknown>) => void; onProgress: CallOptions['onProgress'] }

/** The contract over anything that sends `ToEngine` and delivers `FromEngine`: a connection, a socket. */
export class ChannelClient implements HilumClient {
  readonly #send: (message: ToEngine) => void
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Set<(event: HilumEvent) => void>()
  #id = 0

  constructor(send: (message: ToEngine) => void) {
    this.#send = send
  }

  /** To be called with every message that arrives. */
  receive(message: FromEngine): void {
    if ('event' in message) {
      const { event } = message
      if (event.type === 'progress') this.#waiting.get(event.id)?.onProgress?.(event.progress)
      for (const listener of this.#listeners) listener(event)
      return
    }
    this.#waiting.get(message.id)?.settle(message.result)
  }

  async call<M extends Method>(
    method: M,
    payload: Input<M>,
    options: CallOptions = {},
  ): Promise<Result<Output<M>>> {
    const { signal, onProgress } = options
    if (signal?.aborted === true) return { ok: false, problem: problem('CANCELLED') }
    const id = ++this.#id
    const cancel = (): void => this.#send({ cancel: id })
    try {
      const result = await new Promise<Result<unknown>>((settle) => {
        this.#waiting.set(id, { settle, onProgress })
        signal?.addEventListener('abort', cancel, { once: true })
        this.#send({ id, method, payload })
      })
      // The engine has conformed the value to the method's own output schema.
      return result as Result<Output<M>>
    } finally {
      this.#waiting.delete(id)
      signal?.removeEventListener('abort', cancel)
    }
  }

  onEvent(listener: (event: HilumEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Answers everything under way with this problem: the channel is gone. */
  fail(code: 'ENGINE_RESTARTING' | 'ENGINE_FAILED'): void {
    for (const { settle } of this.#waiting.values()) settle({ ok: false, problem: problem(code) })
  }
}
