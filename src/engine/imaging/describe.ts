/** What `hilum decode` reports: figures of the stored samples and after each step of the pipeline. */
import { createHash } from 'node:crypto'
import type { DecodeReport } from '@shared/domain/viewer.js'
import { fileVoi, modalityValue, type Voi } from './greyscale.js'
import { atFrame, type GreyParameters, type OpenImage, type Samples } from './samples.js'

/** Little-endian bytes of samples at their own width; every platform that Hilum runs on is little-endian. */
export function sampleBytes(samples: Samples): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
}

/**
 * sha256 of `${rows}x${columns}x${samplesPerPixel}x${bytesPerSample}:` and the little-endian stored samples of frame 0:
 * the same picture in another container has the same one.
 */
export function pixelSha256(image: OpenImage, samples: Samples): string {
  const head = `${image.rows}x${image.columns}x${image.samplesPerPixel}x${samples.BYTES_PER_ELEMENT}:`
  return createHash('sha256').update(head).update(sampleBytes(samples)).digest('hex')
}

/**
 * Statistics over all frames. `voi` is in 0..2^bitsStored-1 after the file's first VOI LUT or window; a file
 * without either keeps its modality values.
 */
export async function describeImage(image: OpenImage): Promise<DecodeReport> {
  const sha1 = createHash('sha1')
  const stored = { min: Infinity, max: -Infinity }
  const modality = { min: Infinity, max: -Infinity }
  const voi = { min: Infinity, max: -Infinity }
  // Floating point samples have no stored bits whose range a window could fill.
  const windowable = image.samplesPerPixel === 1 && !image.palette && !image.floating
  const top = 2 ** image.bitsStored - 1
  let sum = 0
  let n = 0
  const grey = image.samplesPerPixel === 1 && !image.palette
  const measure = (value: number, parameters: GreyParameters, step: Voi | undefined): void => {
    const at = grey ? modalityValue(parameters, value) : value
    if (at < modality.min) modality.min = at
    if (at > modality.max) modality.max = at
    const out = step ? step(at) * top : at
    if (out < voi.min) voi.min = out
    if (out > voi.max) voi.max = out
  }
  for (let frame = 0; frame < image.frames; frame++) {
    const samples = await image.frame(frame)
    const parameters = atFrame(image, frame).grey
    const step = windowable ? fileVoi(parameters) : undefined
    sha1.update(sampleBytes(samples))
    // Every distinct value is looked at once: the pipeline is a function of the value alone.
    const seen = samples.BYTES_PER_ELEMENT <= 2 ? new Uint8Array(65_536) : undefined
    for (let i = 0; i < samples.length; i++) {
      const value = samples[i] as number
      sum += value
      if (value < stored.min) stored.min = value
      if (value > stored.max) stored.max = value
      if (seen) {
        const at = value & 0xffff
        if (seen[at] === 1) continue
        seen[at] = 1
      }
      measure(value, parameters, step)
    }
    n += samples.length
  }
  return {
    kind: image.kind,
    ...(image.transferSyntax ? { transferSyntax: image.transferSyntax } : {}),
    photometric: image.photometric,
    rows: image.rows,
    columns: image.columns,
    frames: image.frames,
    samplesPerPixel: image.samplesPerPixel,
    bitsStored: image.bitsStored,
    signed: image.signed,
    stored: { ...stored, mean: sum / n, sha1: sha1.digest('hex') },
    modality,
    voi,
    warnings: image.warnings,
  }
}
