/** An encoder on fast hardware with the processor behind it: when the hardware fails, work goes on and says so. */
import { problemOf } from '@shared/errors.js'
import type { DisplayImage } from '../../ports/decoding.js'
import type { Closing, ImageEmbedding, ImageEncoder } from '../../ports/models.js'
import { providerName } from './providers.js'

export class FallbackEncoder implements ImageEncoder {
  readonly #fast: Closing<ImageEncoder>
  readonly #cpu: Closing<ImageEncoder>
  readonly #fellBack: (note: string) => void
  #note: string | undefined

  /** @param fellBack told once, with the sentence that `provider.note` holds from then on */
  constructor(
    fast: Closing<ImageEncoder>,
    cpu: Closing<ImageEncoder>,
    fellBack: (note: string) => void = () => undefined,
  ) {
    this.#fast = fast
    this.#cpu = cpu
    this.#fellBack = fellBack
  }

  get modelId(): string {
    return this.#cpu.modelId
  }
  get modelSha256(): string {
    return this.#cpu.modelSha256
  }
  get dimension(): number {
    return this.#cpu.dimension
  }
  get grid(): readonly [number, number] {
    return this.#cpu.grid
  }
  get receptiveField(): number {
    return this.#cpu.receptiveField
  }
  get provider(): ImageEncoder['provider'] {
    return this.#note === undefined ? this.#fast.provider : { ...this.#cpu.provider, note: this.#note }
  }
  /** The encoder that takes over. */
  get behind(): Closing<ImageEncoder> {
    return this.#cpu
  }

  prepare(): void {
    const encoder = this.#note === undefined ? this.#fast : this.#cpu
    encoder.prepare?.()
  }

  async encode(
    images: readonly DisplayImage[],
    options?: { patches?: boolean; seen?: boolean },
  ): Promise<ImageEmbedding[]> {
    if (this.#note !== undefined) return await this.#cpu.encode(images, options)
    try {
      return await this.#fast.encode(images, options)
    } catch (error) {
      // An image that the processor cannot encode either is the image's fault: this throws, and nothing changes.
      const answer = await this.#cpu.encode(images, options)
      const { message, detail } = problemOf(error)
      this.#note = `${providerName(this.#fast.provider.name)} stopped working, so the processor is used. ${detail ?? message}`
      this.#fellBack(this.#note)
      return answer
    }
  }

  async close(): Promise<void> {
    await this.#fast.close()
    await this.#cpu.close()
  }
}
