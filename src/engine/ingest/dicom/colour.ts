/** YBR_FULL and its kin to RGB (PS3.3 C.7.6.3.1.2). */
import type { Samples } from '../../imaging/samples.js'

/**
 * Interleaved YBR as RGB, a copy at the same width.
 * @param bits stored bits: half their range is the zero of Cb and Cr
 */
export function ybrToRgb(samples: Samples, photometric: string, bits: number): Samples {
  const top = 2 ** bits - 1
  const zero = 2 ** (bits - 1)
  const clamp = (value: number): number => (value < 0 ? 0 : value > top ? top : value)
  const partial = photometric.startsWith('YBR_PARTIAL')
  const out = samples.slice(0)
  for (let at = 0; at + 2 < out.length; at += 3) {
    const y = samples[at] as number
    const cb = (samples[at + 1] as number) - zero
    const cr = (samples[at + 2] as number) - zero
    if (partial) {
      const luma = 1.1644 * (y - zero / 8)
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
