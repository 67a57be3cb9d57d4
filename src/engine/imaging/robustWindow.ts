/** A window for images that carry none: between the .5th and 99.5th percentile of the picture without padding. */
import { isPadding, modalityValue } from './greyscale.js'
import type { GreyParameters, Samples, Window } from './samples.js'

/** Shares of pixels left out at either end: collimator edges, markers and dead pixels are about that many. */
const TAIL = 0.005
/** Pixels looked at; more do not move a percentile of a radiograph. */
const SAMPLE = 262_144

/**
 * @returns a LINEAR_EXACT window over modality values, or undefined when the picture has one value only.
 */
export function robustWindow(samples: Samples, grey: GreyParameters): Window | undefined {
  const step = Math.max(1, Math.floor(samples.length / SAMPLE))
  const values = new Float64Array(Math.ceil(samples.length / step))
  let n = 0
  for (let i = 0; i < samples.length; i += step) {
    const stored = samples[i] as number
    if (isPadding(grey, stored) || !Number.isFinite(stored)) continue
    values[n++] = modalityValue(grey, stored)
  }
  if (n === 0) return undefined
  const sorted = values.subarray(0, n).sort()
  let low = sorted[Math.floor(n * TAIL)] as number
  let high = sorted[Math.min(n - 1, Math.floor(n * (1 - TAIL)))] as number
  if (high <= low) {
    low = sorted[0] as number
    high = sorted[n - 1] as number
  }
  if (high <= low) return undefined
  return {
    center: (low + high) / 2,
    width: high - low,
    function: 'LINEAR_EXACT',
    explanation: 'Chosen by Hilum: the file gives no window',
  }
}
