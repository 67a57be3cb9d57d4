/** YBR_FULL and its kin to RGB (PS3.3 C.7.6.3.1.2). */
import type { Samples } from '../../imaging/samples.js'

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value)

/** 8-bit interleaved YBR as RGB, in place of a copy; other depths are returned as they are. */
export function ybrToRgb(samples: Samples, photometric: string): Samples {
  if (samples.BYTES_PER_ELEMENT !== 1) return samples
  const partial = photometric.startsWith('YBR_PARTIAL')
  const out = new Uint8Array(samples.length)
  for (let at = 0; at + 2 < out.length; at += 3) {
    const y = samples[at] as number
    const cb = (samples[at + 1] as number) - 128
    const cr = (samples[at + 2] as number) - 128
    if (partial) {
      const luma = 1.1644 * (y - 16)
      out[at] = clamp(Math.round(luma + 1.596 * cr))
      out[at + 1] = clamp(Math.round(luma - 0.3917 * cb - 0.8129 * cr))
      out[at + 2] = clamp(Math.round(luma + 2.0173 * cb))
    } else {
      out[at] = clamp(Math.floor(y + 1.402 * cr + 0.5))
      out[at + 1] = clamp(
        Math.floor(y - ((0.114 * 1.772) / 0.587) * cb - ((0.299 * 1.402) / 0.587) * cr + 0.5),
      )
      out[at + 2] = clamp(Math.floor(y + 1.772 * cb + 0.5))
    }
  }
  return out
}
