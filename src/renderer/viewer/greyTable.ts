/** Grey of each stored value under a window, as one table: what the shader computes, for drawing on the processor. */
import type { ViewerFrame } from '@shared/domain/viewer.js'
import type { Shade } from './drawing.js'

/** Stored values as indices 1..65535; index 0 is what lies outside the image. */
export type Scale = { least: number; steps: number }

const TOP = 65535
const OUTSIDE = 0xff000000

/** Spreads the stored values over the indices: up to 256 steps for each, so that mixed values of few bits stay smooth. */
export function scaleOf(least: number, most: number): Scale {
  return { least, steps: Math.min(256, (TOP - 1) / Math.max(1, most - least)) }
}

/** VOI output 0..1 of one modality value (PS3.3 C.11.2.1.2, C.11.2.1.3; a table as in C.11.2.1.1, mixed between its entries). */
export function voiOf(value: number, shade: Shade, lut: ViewerFrame['voiLut']): number {
  const { center, width } = shade
  if (shade.function === 'LUT' && lut) {
    const last = lut.values.length - 1
    const at = Math.min(last, Math.max(0, value - lut.first))
    const low = Math.floor(at)
    const a = lut.values[low] ?? 0
    const b = lut.values[Math.min(last, low + 1)] ?? a
    return a + (b - a) * (at - low)
  }
  if (shade.function === 'SIGMOID') return 1 / (1 + Math.exp((-4 * (value - center)) / width))
  const share =
    shade.function === 'LINEAR'
      ? (value - (center - 0.5)) / Math.max(width - 1, 1e-6) + 0.5
      : (value - center) / width + 0.5
  return Math.min(1, Math.max(0, share))
}

/**
 * @param used highest index that occurs
 * @param table 65536 opaque greys, 0xAABBGGRR, written up to `used`
 */
export function fillGreyTable(
  table: Uint32Array,
  used: number,
  frame: Pick<ViewerFrame, 'slope' | 'intercept' | 'voiLut' | 'pixelPadding'>,
  shade: Shade,
  { least, steps }: Scale,
): void {
  const padding = frame.pixelPadding
  table[0] = OUTSIDE
  for (let index = 1; index <= used; index++) {
    const value = ((index - 1) / steps + least) * frame.slope + frame.intercept
    const share = voiOf(value, shade, frame.voiLut)
    const padded = padding !== undefined && value > padding.low && value < padding.high
    const grey = padded ? 0 : Math.round((shade.invert ? 1 - share : share) * 255)
    table[index] = (OUTSIDE | (grey << 16) | (grey << 8) | grey) >>> 0
  }
}
