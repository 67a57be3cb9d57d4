/** How a call reaches a service, and what services share (dispatch.ts, workspace.ts). Services depend on this port, adapters implement it, createEngine joins them; units and shapes are part of it. */
import type { Progress } from '@shared/domain/library.js'
import type { Method, Output, Parsed } from '@shared/contract.js'
import type { Library, OpenedLibrary } from './library.js'
import type { ImageEncoder } from './models.js'
import type { StoredIndex } from './vectorIndex.js'

/** What a service gets beside its input. */
export type CallContext = {
  /** Aborts when the caller cancels; services throw `HilumError('CANCELLED')` or the signal's own AbortError. */
  readonly signal: AbortSignal
  /** May be called as often as convenient: the dispatcher thins it to about ten a second, the last one always goes. */
  readonly progress: (progress: Progress) => void
}
/** One line of the engine's table of services: parsed input in, output of the contract out, `HilumError` thrown. */
export type Handler<M extends Method> = (
  input: Parsed<M>,
  context: CallContext,
) => Output<M> | Promise<Output<M>>

/**
 * What is open in the engine now. Services keep the workspace, never the library itself: `library.open` changes it.
 * The getters throw LIBRARY_NONE and MODEL_NOT_FOUND.
 */
export interface Workspace {
  readonly library: Library
  readonly index: StoredIndex
  readonly encoder: ImageEncoder
  readonly hasLibrary: boolean
  /** Makes this the open library (the one before is closed) and tells the hosts. */
  adopt(opened: Pick<OpenedLibrary, 'library' | 'index' | 'close'>): Promise<void>
  /** Another model's index over the library that is open; nothing is closed. Tells the hosts. */
  exchange(opened: Pick<OpenedLibrary, 'library' | 'index' | 'close'>): void
  /** To be called after every committed change of the library: hosts get its new figures, caches let go. */
  changed(): void
}
