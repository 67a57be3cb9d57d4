/** One frame for the viewer: modality values in 16 bits that windowing on screen needs, or colour. */
import type { ViewerFrame } from '@shared/domain/viewer.js'
import { defaultVoi, toRgb8 } from './display.js'
import { greyOfColour } from './greyOfColour.js'
import { isPadding, modalityValue, tableOffset } from './greyscale.js'
import type { OpenImage, Samples, Window } from './samples.js'

/** Every `step`-th row and column: a radiograph larger than the screen is sent whole only when asked for. */
function thinned(image: OpenImage, samples: Samples, channels: number, maxSide: number | undefined) {
  const step =
    maxSide === undefined ? 1 : Math.max(1, Math.ceil(Math.max(image.rows, image.columns) / maxSide))
  if (step === 1) return { samples, rows: image.rows, columns: image.columns, whole: true, step }
  const rows = Math.ceil(image.rows / step)
  const columns = Math.ceil(image.columns / step)
  const out = samples.slice(0, rows * columns * channels)
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const from = (row * step * image.columns + column * step) * channels
      for (let channel = 0; channel < channels; channel++) out[at++] = samples[from + channel] as number
    }
  return { samples: out, rows, columns, whole: false, step }
}

/** Size and spacing of what is sent. */
function sizeOf(image: OpenImage, { rows, columns, step }: ReturnType<typeof thinned>) {
  const { spacing } = image
  return {
    rows,
    columns,
    ...(spacing ? { spacing: { ...spacing, row: spacing.row * step, column: spacing.column * step } } : {}),
    ...(step === 1 ? {} : { reduction: step }),
  }
}

type Packed = Pick<ViewerFrame, 'slope' | 'intercept' | 'pixelPadding'> & {
  pixels: Int16Array<ArrayBuffer> | Uint16Array<ArrayBuffer>
  signed: boolean
}

/** Modality values of a range of stored ones, wider by half a step at either end. */
function padded(low: number, high: number, slope: number): NonNullable<ViewerFrame['pixelPadding']> {
  const half = Math.abs(slope) / 2
  return { low: Math.min(low, high) - half, high: Math.max(low, high) + half }
}

/** Integer modality values that fit 16 bits go as they are; others are scaled into 1..65535, 0 is what is no picture. */
function pack(image: OpenImage, samples: Samples): Packed {
  const { grey } = image
  if (tableOffset(samples) !== undefined && !('lut' in grey.modality)) {
    const signed = samples instanceof Int16Array || samples instanceof Int8Array
    const pixels = signed ? Int16Array.from(samples) : Uint16Array.from(samples)
    const { slope, intercept } = grey.modality
    return {
      pixels,
      signed,
      slope,
      intercept,
      ...(grey.padding
        ? {
            pixelPadding: padded(
              modalityValue(grey, grey.padding.low),
              modalityValue(grey, grey.padding.high),
              slope,
            ),
          }
        : {}),
    }
  }
  const isPicture = (stored: number): boolean => Number.isFinite(stored) && !isPadding(grey, stored)
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < samples.length; i++) {
    const stored = samples[i] as number
    if (!isPicture(stored)) continue
    if (stored < low) low = stored
    if (stored > high) high = stored
  }
  if (low > high) low = high = 0
  const ends = [modalityValue(grey, low), modalityValue(grey, high)]
  let from = Math.min(...ends)
  let to = Math.max(...ends)
  if ('lut' in grey.modality) {
    from = 0
    to = 2 ** grey.modality.lut.bits - 1
  }
  const slope = to > from ? (to - from) / 65_534 : 1
  const pixels = new Uint16Array(samples.length)
  for (let i = 0; i < pixels.length; i++) {
    const stored = samples[i] as number
    pixels[i] = isPicture(stored) ? Math.round((modalityValue(grey, stored) - from) / slope) + 1 : 0
  }
  const none = from - slope
  return { pixels, signed: false, slope, intercept: none, pixelPadding: padded(none, none, slope) }
}

function wholeRange(image: OpenImage): Window {
  const low = image.signed ? -(2 ** (image.bitsStored - 1)) : 0
  const ends = [low, low + 2 ** image.bitsStored - 1].map((stored) => modalityValue(image.grey, stored))
  const from = Math.min(...ends)
  const to = Math.max(...ends)
  return { center: (from + to) / 2, width: Math.max(1e-9, to - from), function: 'LINEAR_EXACT' }
}

/**
 * @param maxSide longer side wanted; whole steps only, so that every value sent is a stored one
 */
export function toViewerFrame(
  image: OpenImage,
  samples: Samples,
  frame: number,
  maxSide: number | undefined,
): ViewerFrame {
  const common = {
    frame,
    frames: image.frames,
    photometric: image.photometric,
    aspect: image.aspect,
    synthetic: image.synthetic,
    ...(image.orientation ? { orientation: image.orientation } : {}),
  }
  const grey = greyOfColour(image, samples)
  if (grey) return toViewerFrame(grey.image, grey.samples, frame, maxSide)
  const rgb = toRgb8(image, samples)
  if (rgb) {
    const small = thinned(image, rgb, 3, maxSide)
    return {
      ...common,
      ...sizeOf(image, small),
      format: 'rgb8',
      pixels: new Uint8Array(small.samples),
      slope: 1,
      intercept: 0,
      windows: [],
      inverted: false,
      originalResolution: small.whole,
    }
  }
  const { chosen } = defaultVoi(image, samples)
  const small = thinned(image, samples, 1, maxSide)
  const packed = pack(image, small.samples)
  const windows = [...(chosen ? [chosen] : []), ...image.grey.windows]
  if (windows.length === 0) windows.push(wholeRange(image))
  const { voiLut } = image.grey
  return {
    ...common,
    ...sizeOf(image, small),
    format: packed.signed ? 'int16' : 'uint16',
    pixels: new Uint8Array(packed.pixels.buffer, packed.pixels.byteOffset, packed.pixels.byteLength),
    slope: packed.slope,
    intercept: packed.intercept,
    windows,
    ...(voiLut && !chosen
      ? {
          voiLut: {
            first: voiLut.first,
            values: Array.from(voiLut.values, (value) => value / (2 ** voiLut.bits - 1)),
          },
        }
      : {}),
    inverted: image.grey.inverted,
    ...(packed.pixelPadding ? { pixelPadding: packed.pixelPadding } : {}),
    originalResolution: small.whole,
  }
}
