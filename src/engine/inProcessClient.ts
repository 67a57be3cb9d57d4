/** The contract over an engine in this very process: the command line and tests. */
import type { HilumEvent, Input, Method, Output } from '@shared/contract.js'
import { problem, type Result } from '@shared/errors.js'
import type { CallOptions, HilumClient, RequestMessage, ResponseMessage } from '@shared/transport.js'

/** The engine's side of every host: what createEngine returns. */
export type EngineDoor = {
  handle(request: RequestMessage): Promise<ResponseMessage>
  cancel(id: number): void
}

export class InProcessClient implements HilumClient {
  readonly #engine: EngineDoor
  readonly #listeners = new Set<(event: HilumEvent) => void>()
  #id = 0

  /** @param connect makes the engine, given where its events are to go */
  static async connect<E extends EngineDoor>(
    connect: (emit: (event: HilumEvent) => void) => E | Promise<E>,
  ): Promise<{ client: InProcessClient; engine: E }> {
    const made: { client?: InProcessClient } = {}
    const engine = await connect((event) => made.client?.deliver(event))
    const client = (made.client = new InProcessClient(engine))
    return { client, engine }
  }

  private constructor(engine: EngineDoor) {
    this.#engine = engine
  }

  async call<M extends Method>(
    method: M,
    payload: Input<M>,
    options: CallOptions = {},
  ): Promise<Result<Output<M>>> {
    const id = ++this.#id
    const { signal, onProgress } = options
    if (signal?.aborted === true) return { ok: false, problem: problem('CANCELLED') }
    const cancel = (): void => this.#engine.cancel(id)
    signal?.addEventListener('abort', cancel, { once: true })
    const unsubscribe = this.onEvent((event) => {
      if (event.type === 'progress' && event.id === id) onProgress?.(event.progress)
    })
    try {
      const { result } = await this.#engine.handle({ id, method, payload })
      // The dispatcher has conformed the value to the method's own output schema.
      return result as Result<Output<M>>
    } finally {
      unsubscribe()
      signal?.removeEventListener('abort', cancel)
    }
  }

  onEvent(listener: (event: HilumEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  deliver(event: HilumEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
