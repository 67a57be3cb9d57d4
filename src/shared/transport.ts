/**
 * What moves over every channel: JSON and Uint8Array only. A request is answered once; `cancel` names a
 * request under way. Transports (Electron IPC, loopback web socket, in-process, process channel) hold no logic.
 */
import type { HilumEvent, Input, Method, Output } from './contract.js'
import type { Progress } from './domain/library.js'
import type { Result } from './errors.js'

export type RequestMessage = { id: number; method: string; payload: unknown }
export type CancelMessage = { cancel: number }
export type ResponseMessage = { id: number; result: Result<unknown> }
export type EventMessage = { event: HilumEvent }
export type ToEngine = RequestMessage | CancelMessage
export type FromEngine = ResponseMessage | EventMessage

export type CallOptions = { signal?: AbortSignal; onProgress?: (progress: Progress) => void }

/** What every transport offers its caller and the one thing the renderer, the CLI and the tests program against. */
export interface HilumClient {
  call<M extends Method>(method: M, payload: Input<M>, options?: CallOptions): Promise<Result<Output<M>>>
  /** Returns the function that ends the subscription. */
  onEvent(listener: (event: HilumEvent) => void): () => void
}

/** A message as a host may forward it: the shape only, the dispatcher judges the rest. Undefined when it is none. */
export function readMessage(value: unknown): ToEngine | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { id, method, payload, cancel } = value as Record<string, unknown>
  if (Number.isSafeInteger(cancel)) return { cancel: cancel as number }
  if (Number.isSafeInteger(id) && typeof method === 'string') return { id: id as number, method, payload }
  return undefined
}
