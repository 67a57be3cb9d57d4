/** What is open in the engine now, and who wants to hear when it changes. */
import type { HilumEvent } from '@shared/contract.js'
import { HilumError } from '@shared/errors.js'
import type { Workspace } from './ports/calls.js'
import type { Library, OpenedLibrary } from './ports/library.js'
import type { ImageEncoder } from './ports/models.js'
import type { StoredIndex } from './ports/vectorIndex.js'

type Opened = Pick<OpenedLibrary, 'library' | 'index' | 'close'>

export class OpenWorkspace implements Workspace {
  readonly #encoder: () => ImageEncoder
  readonly #emit: (event: HilumEvent) => void
  readonly #listeners: (() => void)[] = []
  #opened: Opened | undefined

  /**
   * @param encoder the model in use; throws MODEL_NOT_FOUND without one
   * @param emit where the `library` event goes
   */
  constructor(encoder: () => ImageEncoder, emit: (event: HilumEvent) => void) {
    this.#encoder = encoder
    this.#emit = emit
  }

  get library(): Library {
    return this.#current().library
  }

  get index(): StoredIndex {
    return this.#current().index
  }

  get encoder(): ImageEncoder {
    return this.#encoder()
  }

  get hasLibrary(): boolean {
    return this.#opened !== undefined
  }

  get readOnly(): boolean {
    return this.#opened?.library.readOnly ?? false
  }

  async adopt(opened: Opened): Promise<void> {
    const before = this.#opened
    this.#opened = opened
    await before?.close()
    this.changed()
  }

  exchange(opened: Opened): void {
    this.#opened = opened
    this.changed()
  }

  changed(): void {
    if (this.#opened === undefined) return
    for (const listener of this.#listeners) listener()
    this.#emit({ type: 'library', info: this.#opened.library.info() })
  }

  /** `listener` runs after the library was exchanged or changed. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  async close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    await opened?.close()
  }

  #current(): Opened {
    if (this.#opened === undefined) throw new HilumError('LIBRARY_NONE')
    return this.#opened
  }
}
