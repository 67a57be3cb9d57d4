/** A window for images that carry none: between the .5th and 99.5th percentile of the picture without padding. */
import { isPadding, modalityValue, tableOffset } from './greyscale.js'
import type { GreyParameters, Samples, Window } from './samples.js'

/** Shares of pixels left out at either end: collimator edges, markers and dead pixels are about that many. */
const TAIL = 0.005
/** Pixels looked at; more do not move a percentile of a radiograph. */
const SAMPLE = 262_144

/** Modality values in rising order, and how many pixels there are up to and with each. */
type Ranked = { sorted: Float64Array; upTo: Uint32Array }

const strideOf = (samples: Samples): number => Math.max(1, Math.floor(samples.length / SAMPLE))

/** Of any samples: each value for itself. */
function sortedValues(samples: Samples, grey: GreyParameters): Ranked {
  const step = strideOf(samples)
  const values = new Float64Array(Math.ceil(samples.length / step))
  let n = 0
  for (let i = 0; i < samples.length; i += step) {
    const stored = samples[i] as number
    if (isPadding(grey, stored) || !Number.isFinite(stored)) continue
    values[n++] = modalityValue(grey, stored)
  }
  return { sorted: values.subarray(0, n).sort(), upTo: Uint32Array.from({ length: n }, (_, i) => i + 1) }
}

/** Of samples of up to 16 bits: counted first, as a radiograph has far fewer values than pixels. */
function countedValues(samples: Samples, grey: GreyParameters, offset: number): Ranked {
  const step = strideOf(samples)
  const counts = new Uint32Array(65_536)
  for (let i = 0; i < samples.length; i += step) {
    const index = (samples[i] as number) + offset
    counts[index] = (counts[index] as number) + 1
  }
  const found: { value: number; count: number }[] = []
  counts.forEach((count, index) => {
    const stored = index - offset
    if (count > 0 && !isPadding(grey, stored)) found.push({ value: modalityValue(grey, stored), count })
  })
  found.sort((a, b) => a.value - b.value)
  let sum = 0
  return {
    sorted: Float64Array.from(found, ({ value }) => value),
    upTo: Uint32Array.from(found, ({ count }) => (sum += count)),
  }
}

/** First index whose count of pixels goes beyond `place`. */
function firstAbove(upTo: Uint32Array, place: number): number {
  let [from, to] = [0, upTo.length - 1]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((upTo[middle] as number) > place) to = middle
    else from = middle + 1
  }
  return from
}

/**
 * @returns a LINEAR_EXACT window over modality values, or undefined when the picture has one value only.
 */
export function robustWindow(samples: Samples, grey: GreyParameters): Window | undefined {
  const offset = tableOffset(samples)
  const { sorted, upTo } =
    offset === undefined ? sortedValues(samples, grey) : countedValues(samples, grey, offset)
  const n = upTo.at(-1) ?? 0
  if (n === 0) return undefined
  /** The value at a place of the sorted picture. */
  const at = (place: number): number => sorted[firstAbove(upTo, place)] as number
  let low = at(Math.floor(n * TAIL))
  let high = at(Math.min(n - 1, Math.floor(n * (1 - TAIL))))
  if (high <= low) {
    low = sorted[0] as number
    high = sorted.at(-1) as number
  }
  if (high <= low) return undefined
  return {
    center: (low + high) / 2,
    width: high - low,
    function: 'LINEAR_EXACT',
    explanation: 'Chosen by Hilum: the file gives no window',
  }
}
