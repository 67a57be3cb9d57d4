/** The model packs found, and the one in use. A pack that is refused never takes the place of one that works. */
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import type { ModelRow } from '@shared/domain/installation.js'
import { HilumError, problemOf, type Problem } from '@shared/errors.js'
import type { ModelPack } from '@shared/modelPack.js'
import type { Handler } from '../ports/calls.js'
import type { Closing, ImageEncoder, ModelPacks, TextEncoder, VerifiedPack } from '../ports/models.js'
import type { SettingsFile } from '../settingsFile.js'

export type ModelInUse = {
  pack: VerifiedPack
  /** Hardware may change while the model stays. */
  image: Closing<ImageEncoder>
  text: TextEncoder | undefined
  close(): Promise<void>
}

export class Models {
  readonly #packs: ModelPacks
  readonly #settings: SettingsFile
  readonly #machine: SettingsFile
  #inUse: ModelInUse | undefined
  #problem: Problem | undefined

  /**
   * @param packs the first that opens is used unless the setting `model` names another
   * @param machine where measured facts of this computer are kept
   */
  constructor(packs: ModelPacks, settings: SettingsFile, machine: SettingsFile) {
    this.#packs = packs
    this.#settings = settings
    this.#machine = machine
  }

  /** The model in use; @throws HilumError MODEL_NOT_FOUND, or why the pack found was refused */
  get current(): ModelInUse {
    if (this.#inUse !== undefined) return this.#inUse
    const { code, message, detail } = this.#problem ?? { code: 'MODEL_NOT_FOUND' as const }
    throw new HilumError(code, message, detail === undefined ? {} : { detail })
  }

  get problem(): Problem | undefined {
    return this.#problem
  }

  get isOpen(): boolean {
    return this.#inUse !== undefined
  }

  /** Opens the chosen pack, or the first that works. Never throws: {@link problem} tells. */
  async start(): Promise<void> {
    const wanted = this.#settings.get('model')
    const folders = await this.#packs.folders()
    folders.sort((a, b) => Number(basename(b) === wanted) - Number(basename(a) === wanted))
    for (const folder of folders) {
      try {
        this.#inUse = await this.open(folder)
        return
      } catch (error) {
        this.#problem ??= problemOf(error)
      }
    }
  }

  /** Whether the pack in this folder is the one in use. */
  isInUse(folder: string): boolean {
    return this.#inUse?.pack.folder === folder
  }

  /** Makes an opened model the one in use and closes the one before. */
  async adopt(next: ModelInUse): Promise<void> {
    const before = this.#inUse
    this.#inUse = next
    this.#problem = undefined
    await before?.close()
  }

  /** Verifies and opens the pack in a folder, beside the one in use. The caller closes it. */
  async open(folder: string): Promise<ModelInUse> {
    const pack = await this.#packs.verify(folder)
    const image = await this.#openImage(pack)
    const text = await this.#packs.openText(pack).catch(async (error: unknown) => {
      await image.close()
      throw error
    })
    const opened: ModelInUse = {
      pack,
      image,
      text,
      async close() {
        await opened.image.close()
        await text?.close()
      },
    }
    return opened
  }

  /** The same model on other hardware. The encoder before is the caller's. */
  exchangeImage(image: Closing<ImageEncoder>): Promise<void> {
    const inUse = this.current
    inUse.image = image
    return Promise.resolve()
  }

  /** The folder of an installed pack; @throws HilumError MODEL_NOT_FOUND */
  async folderOf(id: string): Promise<string> {
    const folder = (await this.#packs.folders()).find((known) => basename(known) === id)
    if (folder === undefined) throw new HilumError('MODEL_NOT_FOUND', `No model "${id}" is installed.`)
    return folder
  }

  readonly list: Handler<'models.list'> = async (_, { signal }) => ({ models: await this.rows(signal) })

  /** @param usable throws where a pack whose files are sound cannot be run; not asked when absent */
  async rows(signal: AbortSignal, usable?: (folder: string) => Promise<void>): Promise<ModelRow[]> {
    const models: ModelRow[] = []
    for (const folder of await this.#packs.folders()) {
      signal.throwIfAborted()
      models.push(await this.#row(folder, usable))
    }
    return models
  }

  async close(): Promise<void> {
    await this.#inUse?.close()
    this.#inUse = undefined
  }

  async #openImage(pack: VerifiedPack): Promise<Closing<ImageEncoder>> {
    const key = `threads ${pack.sha256.slice(0, 16)} of ${availableParallelism()}`
    const known = this.#machine.get(key)
    const { encoder, measured } = await this.#packs.openImage(
      pack,
      typeof known === 'number' ? known : undefined,
    )
    if (measured) this.#machine.set(key, encoder.provider.threads)
    return encoder
  }

  async #row(folder: string, usable?: (folder: string) => Promise<void>): Promise<ModelRow> {
    let manifest: ModelPack
    try {
      manifest = await this.#packs.manifest(folder)
    } catch (error) {
      const name = basename(folder).slice(0, 120)
      const { message } = problemOf(error)
      return {
        id: name,
        name,
        sha256: '',
        inUse: false,
        towers: [],
        dimension: 0,
        ok: false,
        reason: message,
      }
    }
    const sha256 = manifest.files[manifest.towers.image.file] ?? ''
    const row = {
      id: manifest.id,
      name: manifest.name,
      sha256,
      inUse: this.#inUse?.pack.manifest.id === manifest.id && this.#inUse.pack.sha256 === sha256,
      towers: manifest.towers.text === undefined ? (['image'] as const) : (['image', 'text'] as const),
      dimension: manifest.dimension,
    }
    try {
      await this.#packs.verify(folder)
      await usable?.(folder)
      return { ...row, towers: [...row.towers], ok: true }
    } catch (error) {
      return { ...row, towers: [...row.towers], ok: false, reason: problemOf(error).message }
    }
  }
}
