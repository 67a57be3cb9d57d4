/**
 * THE grey-scale pipeline: stored value -> modality LUT or rescale -> VOI LUT or window -> polarity.
 * PS3.3 C.11.1 (modality), C.11.2 (VOI), C.7.6.3.1.2 (polarity). The eye and the encoder both see its output.
 */
import type { GreyParameters, Lut, Samples, Window } from './samples.js'

/** A look-up with the ends held (PS3.3 C.11.1.1.1). */
export function lookUp(lut: Lut, value: number): number {
  const index = Math.min(lut.values.length - 1, Math.max(0, Math.trunc(value) - lut.first))
  return lut.values[index] ?? 0
}

/** Modality value of a stored value. */
export function modalityValue(grey: GreyParameters, stored: number): number {
  const { modality } = grey
  return 'lut' in modality ? lookUp(modality.lut, stored) : stored * modality.slope + modality.intercept
}

/** Share 0..1 of the output range that a window gives a modality value (PS3.3 C.11.2.1.2 and C.11.2.1.3). */
export function windowed(window: Window, value: number): number {
  const { center, width } = window
  if (window.function === 'SIGMOID') return 1 / (1 + Math.exp((-4 * (value - center)) / width))
  if (window.function === 'LINEAR_EXACT') {
    if (value <= center - width / 2) return 0
    if (value > center + width / 2) return 1
    return (value - center) / width + 0.5
  }
  const half = (width - 1) / 2
  if (value <= center - 0.5 - half) return 0
  if (value > center - 0.5 + half) return 1
  return (value - (center - 0.5)) / (width - 1) + 0.5
}

/** A VOI step: share 0..1 of the output range for a modality value. */
export type Voi = (value: number) => number

/** VOI step of a LUT: its outputs span its own bit depth. */
export function voiOfLut(lut: Lut): Voi {
  const top = 2 ** lut.bits - 1
  return (value) => Math.min(1, lookUp(lut, value) / top)
}

/** The first VOI the file gives: its LUT, else its first window; undefined when it gives none. */
export function fileVoi(grey: GreyParameters): Voi | undefined {
  if (grey.voiLut) return voiOfLut(grey.voiLut)
  const window = grey.windows[0]
  return window && ((value) => windowed(window, value))
}

/** True for values that pad the picture and belong to no statistic. */
export function isPadding(grey: GreyParameters, stored: number): boolean {
  return grey.padding !== undefined && stored >= grey.padding.low && stored <= grey.padding.high
}

/** Samples whose every value fits a table of 65,536 entries; the table makes the pipeline a single look-up. */
export function tableOffset(samples: Samples): number | undefined {
  if (samples instanceof Uint8Array || samples instanceof Uint16Array) return 0
  if (samples instanceof Int8Array || samples instanceof Int16Array) return 32_768
  return undefined
}
