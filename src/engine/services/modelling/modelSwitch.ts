/**
 * A change of model: the open library is encoded by the new model in the background while the one before serves, then
 * both encoder and index are exchanged at once. What is encoded is kept, so a killed or stopped change goes on where
 * it was; what is wanted stands in the settings.
 */
import type { ModelSwitchState } from '@shared/domain/installation.js'
import { HilumError, problemOf } from '@shared/errors.js'
import type { Workspace } from '../../ports/calls.js'
import type { Decoder } from '../../ports/decoding.js'
import type { ImageEncoder } from '../../ports/models.js'
import type { SettingsFile } from '../../settingsFile.js'
import { embedMissing } from '../library/embedMissing.js'
import type { ModelInUse, Models } from '../models.js'

/** The setting that names the model being changed to. */
const WANTED = 'modelNext'

export type ModelSwitchParts = {
  models: Models
  workspace: Workspace
  decoder: Decoder
  settings: SettingsFile
  /** Runs work while no call does. */
  exclusively<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
  /** Gives the open library the index of another model; `use` makes that model the one in use at the same moment. */
  exchangeModel(encoder: ImageEncoder, use: () => Promise<void>): Promise<void>
  /** Something to show has changed. */
  tell(state: ModelSwitchState | undefined): void
}
type Waiter = { resolve: () => void; reject: (error: unknown) => void }

export class ModelSwitch {
  readonly #parts: ModelSwitchParts
  #state: ModelSwitchState | undefined
  #next: ModelInUse | undefined
  #pass: { controller: AbortController; ended: Promise<void> } | undefined
  #waiters: Waiter[] = []
  readonly #watchers = new Set<(state: ModelSwitchState | undefined) => void>()
  #closed = false

  constructor(parts: ModelSwitchParts) {
    this.#parts = parts
  }

  get state(): ModelSwitchState | undefined {
    return this.#state
  }

  /** @returns ends it */
  watch(watcher: (state: ModelSwitchState | undefined) => void): () => void {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /**
   * Changes to an installed model and resolves when it is in use.
   * @throws MODEL_NOT_FOUND, MODEL_INVALID, CANCELLED, or what ended the encoding; then the model before stays
   */
  async use(id: string, signal: AbortSignal): Promise<void> {
    const { models, settings } = this.#parts
    const folder = await models.folderOf(id)
    if (settings.get(WANTED) !== id) await this.cancel()
    if (models.isOpen && models.isInUse(folder)) {
      settings.set('model', id)
      return
    }
    settings.set(WANTED, id)
    const done = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }))
    const stop = (): void => void this.cancel()
    signal.addEventListener('abort', stop, { once: true })
    this.#kick()
    try {
      await done
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** Another library is open, or the engine has started: goes on with what is still wanted. */
  follow(): void {
    if (this.#parts.settings.get(WANTED) !== undefined) this.#kick()
  }

  /** Gives the change up. What was encoded stays for the next time. */
  async cancel(): Promise<void> {
    if (this.#parts.settings.get(WANTED) === undefined) return
    this.#parts.settings.set(WANTED, undefined)
    await this.pause()
    if (this.#state !== undefined) this.#show({ ...this.#state, state: 'cancelled' })
    await this.#end(new HilumError('CANCELLED'))
  }

  /** Stops encoding until {@link follow}: the library is about to be left or worked on. */
  async pause(): Promise<void> {
    this.#pass?.controller.abort()
    await this.#pass?.ended
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.pause()
    await this.#end(new HilumError('ENGINE_RESTARTING'))
  }

  #kick(): void {
    if (this.#pass !== undefined || this.#closed) return
    const controller = new AbortController()
    const ended = this.#run(controller.signal).finally(() => (this.#pass = undefined))
    this.#pass = { controller, ended }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { models, settings, workspace } = this.#parts
    const id = settings.get(WANTED)
    try {
      if (typeof id !== 'string') throw new HilumError('MODEL_NOT_FOUND')
      // Only an own library can be encoded; one opened for reading waits for its next opening.
      if (workspace.hasLibrary && workspace.library.readOnly) return
      this.#next ??= await models.open(await models.folderOf(id))
      const next = this.#next
      while (!signal.aborted && !(await this.#encodeAndExchange(next, signal)));
      if (signal.aborted) return
      this.#next = undefined
      settings.set('model', id)
      settings.set(WANTED, undefined)
      this.#show(undefined)
      await this.#end(undefined)
    } catch (error) {
      if (signal.aborted) return
      settings.set(WANTED, undefined)
      const failed = problemOf(error)
      this.#show({ ...this.#begun(String(id), String(id)), state: 'failed', problem: failed })
      await this.#end(error)
    }
  }

  /** @returns false when images came in meanwhile, or the work was stopped */
  async #encodeAndExchange(next: ModelInUse, signal: AbortSignal): Promise<boolean> {
    const { workspace, models } = this.#parts
    const { manifest, sha256 } = next.pack
    const missing = (): string[] =>
      workspace.hasLibrary
        ? workspace.library.imagesWithoutEmbedding(manifest.id, Number.MAX_SAFE_INTEGER)
        : []
    if (workspace.hasLibrary) workspace.library.prepareModel(manifest.id, sha256)
    const tried = new Set(missing())
    if (tried.size > 0) await this.#encode(next, signal)
    if (signal.aborted) return false
    return await this.#parts.exclusively(async () => {
      // An image that cannot be decoded any more stays without; one imported meanwhile is encoded first.
      if (missing().some((imageId) => !tried.has(imageId))) return false
      if (workspace.hasLibrary) await this.#parts.exchangeModel(next.image, () => models.adopt(next))
      else await models.adopt(next)
      return true
    }, signal)
  }

  async #encode(next: ModelInUse, signal: AbortSignal): Promise<void> {
    const { workspace, decoder } = this.#parts
    const { library } = workspace
    const images = library.counts().images
    const { id, name } = next.pack.manifest
    this.#show({ id, name, state: 'encoding', done: library.vectorCount(id), total: images })
    await embedMissing({ library }, next.image, decoder, signal, ({ done, total }) =>
      this.#show({ id, name, state: 'encoding', done: images - ((total ?? images) - done), total: images }),
    )
  }

  #begun(id: string, name: string): ModelSwitchState {
    return this.#state?.id === id ? this.#state : { id, name, state: 'encoding', done: 0, total: 0 }
  }

  #show(state: ModelSwitchState | undefined): void {
    this.#state = state
    this.#parts.tell(state)
    for (const watcher of this.#watchers) watcher(state)
  }

  async #end(error: unknown): Promise<void> {
    const waiters = this.#waiters
    this.#waiters = []
    const next = this.#next
    this.#next = undefined
    await next?.close()
    for (const { resolve, reject } of waiters) {
      if (error === undefined) resolve()
      else reject(error)
    }
  }
}
