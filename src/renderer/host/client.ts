/**
 * The renderer's one way to the engine. Calls that only read are sent again by themselves when the engine
 * comes back after a restart; calls that write are not, because their first try may have arrived.
 */
import type { Input, Method, Output } from '@shared/contract.js'
import type { HilumEvent } from '@shared/contract.js'
import type { Granted, HilumBridge } from '@shared/bridge.js'
import { contract } from '@shared/contract.js'
import type { Result } from '@shared/errors.js'
import { problem } from '@shared/errors.js'
import type { CallOptions } from '@shared/transport.js'

const RESTART_PATIENCE_MS = 60_000

let bridge: HilumBridge | undefined
const readyWaiters = new Set<() => void>()

/** Joins the window to its host; called once at start. */
export function connect(host: HilumBridge): void {
  bridge = host
  host.onEvent((event) => {
    if (event.type !== 'engine' || event.state !== 'ready') return
    for (const wake of readyWaiters) wake()
    readyWaiters.clear()
  })
}

/** @throws Error before `connect` */
export function host(): HilumBridge {
  if (!bridge) throw new Error('The window is not joined to its host yet')
  return bridge
}

export function onEvent(listener: (event: HilumEvent) => void): () => void {
  return host().onEvent(listener)
}

/** Resolves true when the engine says it is ready, false after a minute or when the call is given up. */
function engineReady(signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (ready: boolean) => {
      window.clearTimeout(timer)
      readyWaiters.delete(wake)
      signal?.removeEventListener('abort', stop)
      resolve(ready)
    }
    const wake = () => done(true)
    const stop = () => done(false)
    const timer = window.setTimeout(stop, RESTART_PATIENCE_MS)
    readyWaiters.add(wake)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/**
 * Sends one call of the contract.
 * @returns the answer or a problem; never throws for anything expected
 */
export async function call<M extends Method>(
  method: M,
  payload: Granted<Input<M>>,
  options: CallOptions = {},
): Promise<Result<Output<M>>> {
  const first = await host().call(method, payload, options)
  if (first.ok || first.problem.code !== 'ENGINE_RESTARTING') return first
  const { writes } = contract[method] as { writes?: true }
  if (writes) return first
  if (!(await engineReady(options.signal))) {
    return options.signal?.aborted ? { ok: false, problem: problem('CANCELLED') } : first
  }
  return host().call(method, payload, options)
}
