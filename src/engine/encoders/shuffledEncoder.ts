/** The model in use with its weights shuffled, for the check of explanations; opened at the first check, kept since. */
import { HilumError } from '@shared/errors.js'
import type { Closing, ImageEncoder, VerifiedPack } from '../ports.js'
import { OnnxImageEncoder } from './imageEncoder.js'
import { shuffledOnnx } from './shuffledOnnx.js'

const SEED = 17

export class ShuffledEncoders {
  readonly #pack: () => VerifiedPack
  /** @param random uniform numbers in [0, 1) from a seed */
  readonly #random: (seed: number) => () => number
  #open: { of: string; encoder: Promise<Closing<ImageEncoder> | undefined> } | undefined

  constructor(pack: () => VerifiedPack, random: (seed: number) => () => number) {
    this.#pack = pack
    this.#random = random
  }

  /** @returns undefined for a model whose shuffled weights give no usable answer */
  async current(): Promise<ImageEncoder | undefined> {
    const pack = this.#pack()
    if (this.#open?.of !== pack.sha256) {
      await this.close()
      this.#open = { of: pack.sha256, encoder: this.#opened(pack) }
    }
    return await this.#open?.encoder
  }

  async close(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await (await open?.encoder)?.close()
  }

  async #opened(pack: VerifiedPack): Promise<Closing<ImageEncoder> | undefined> {
    const { file } = pack.manifest.towers.image
    const { bytes, tensors } = shuffledOnnx(pack.files.get(file) as Uint8Array, this.#random(SEED))
    if (tensors === 0) return undefined
    try {
      return await OnnxImageEncoder.open({ ...pack, files: new Map([...pack.files, [file, bytes]]) }, 1)
    } catch (error) {
      if (error instanceof HilumError) return undefined
      throw error
    }
  }
}
