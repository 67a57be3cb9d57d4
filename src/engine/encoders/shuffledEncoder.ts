/** The model in use with its weights shuffled, for the check of explanations; opened at the first check, kept since. */
import { HilumError } from '@shared/errors.js'
import type { Closing, ImageEncoder, VerifiedPack } from '../ports/models.js'
import { OnnxImageEncoder } from './imageEncoder.js'
import { shuffledOnnx } from './shuffledOnnx.js'

/** Several: with one, two maps of the same picture resemble each other by chance now and then. */
const SEEDS = [17, 18, 19]

export class ShuffledEncoders {
  readonly #pack: () => VerifiedPack
  /** @param random uniform numbers in [0, 1) from a seed */
  readonly #random: (seed: number) => () => number
  #open: { of: string; encoders: Promise<Closing<ImageEncoder>[]> } | undefined

  constructor(pack: () => VerifiedPack, random: (seed: number) => () => number) {
    this.#pack = pack
    this.#random = random
  }

  /** One a shuffle; fewer, or none, for a model whose shuffled weights give no usable answer. */
  async current(): Promise<readonly ImageEncoder[]> {
    const pack = this.#pack()
    if (this.#open?.of !== pack.sha256) {
      await this.close()
      this.#open = { of: pack.sha256, encoders: this.#opened(pack) }
    }
    return (await this.#open?.encoders) ?? []
  }

  async close(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    for (const encoder of (await open?.encoders) ?? []) await encoder.close()
  }

  async #opened(pack: VerifiedPack): Promise<Closing<ImageEncoder>[]> {
    const { file } = pack.manifest.towers.image
    const encoders: Closing<ImageEncoder>[] = []
    for (const seed of SEEDS) {
      const { bytes, tensors } = shuffledOnnx(pack.files.get(file) as Uint8Array, this.#random(seed))
      if (tensors === 0) return []
      try {
        encoders.push(
          await OnnxImageEncoder.open({ ...pack, files: new Map([...pack.files, [file, bytes]]) }, 1),
        )
      } catch (error) {
        if (!(error instanceof HilumError)) throw error
      }
    }
    return encoders
  }
}
