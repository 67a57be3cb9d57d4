/** Lossless frames by the codecs' own encoders, for fixtures. */
import type { Samples } from '../../src/engine/imaging/samples.js'

type Encoder = {
  getDecodedBuffer(info: object): Uint8Array
  encode(): void
  getEncodedBuffer(): Uint8Array
  setQuality?(reversible: boolean, quality: number): void
}

/**
 * One grey frame, encoded without loss.
 * @param module a WebAssembly codec as imported
 * @param name its encoder's class
 */
export async function encodeWith(
  module: unknown,
  name: string,
  samples: Samples,
  size: { rows: number; columns: number; bits: number; signed: boolean },
): Promise<Uint8Array> {
  const factory = ((module as { default?: unknown }).default ?? module) as () => Promise<
    Record<string, new () => Encoder>
  >
  const Class = (await factory())[name] as new () => Encoder
  const encoder = new Class()
  const info = {
    width: size.columns,
    height: size.rows,
    bitsPerSample: size.bits,
    componentCount: 1,
    isSigned: size.signed,
    isUsingColorTransform: false,
  }
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
  encoder.getDecodedBuffer(info).set(bytes)
  encoder.setQuality?.(true, 0)
  encoder.encode()
  return Uint8Array.from(encoder.getEncodedBuffer())
}
