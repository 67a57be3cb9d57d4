/** Display values of one frame: grey 0..65535 for the encoder and the preview, RGB for colour. */
import type { DisplayImage } from '../ports/decoding.js'
import { fileVoi, isPadding, modalityValue, tableOffset, windowed, type Voi } from './greyscale.js'
import { robustWindow } from './robustWindow.js'
import type { OpenImage, Palette, Samples } from './samples.js'

/** What turned stored values into a picture, to be told to the viewer. */
export type DefaultVoi = {
  voi: Voi
  /** Set when Hilum chose the window: the file gives none, or one that leaves no picture. */
  chosen?: ReturnType<typeof robustWindow>
  warning?: string
}

/** Range of modality values that the stored bits can hold: an image of 8 bits or less needs no other window. */
function fullRange(image: OpenImage): Voi {
  const low = image.signed ? -(2 ** (image.bitsStored - 1)) : 0
  const ends = [low, low + 2 ** image.bitsStored - 1].map((stored) => modalityValue(image.grey, stored))
  const from = Math.min(...ends)
  const span = Math.max(...ends) - from
  return (value) => (span > 0 ? Math.min(1, Math.max(0, (value - from) / span)) : 0)
}

/** True when a VOI gives (nearly) all of the picture the same value: nothing would be seen. */
function isFlat(voi: Voi, samples: Samples, image: OpenImage): boolean {
  const step = Math.max(1, Math.floor(samples.length / 4096))
  let low = Infinity
  let high = -Infinity
  let storedLow = Infinity
  let storedHigh = -Infinity
  for (let i = 0; i < samples.length; i += step) {
    const stored = samples[i] as number
    if (isPadding(image.grey, stored)) continue
    const value = voi(modalityValue(image.grey, stored))
    if (value < low) low = value
    if (value > high) high = value
    if (stored < storedLow) storedLow = stored
    if (stored > storedHigh) storedHigh = stored
  }
  return high - low < 1 / 512 && storedHigh > storedLow
}

/** A 16-bit PNG or TIFF that leaves its upper half empty holds 12 or so bits of detector values, not display values. */
function leavesUpperHalfEmpty(samples: Samples): boolean {
  // From the middle on: where a picture is bright.
  const middle = samples.length >> 1
  for (let i = middle; i < samples.length; i++) if ((samples[i] as number) >= 32_768) return false
  for (let i = 0; i < middle; i++) if ((samples[i] as number) >= 32_768) return false
  return true
}

/** Of frames in use: display and facts ask for the same one. */
const known = new WeakMap<Samples, { grey: OpenImage['grey']; voi: DefaultVoi }>()

/** The default VOI of a grey frame: the file's, else a robust window, else the whole range. */
export function defaultVoi(image: OpenImage, samples: Samples): DefaultVoi {
  const before = known.get(samples)
  if (before?.grey === image.grey) return before.voi
  const voi = chooseVoi(image, samples)
  known.set(samples, { grey: image.grey, voi })
  return voi
}

function chooseVoi(image: OpenImage, samples: Samples): DefaultVoi {
  const given = fileVoi(image.grey)
  if (given && !isFlat(given, samples, image)) return { voi: given }
  if (!given && !image.floating && image.bitsStored <= 8) return { voi: fullRange(image) }
  if (!given && !image.medical && !image.floating && !leavesUpperHalfEmpty(samples))
    return { voi: fullRange(image) }
  const window = robustWindow(samples, image.grey)
  if (!window) return { voi: given ?? fullRange(image) }
  return {
    voi: (value) => windowed(window, value),
    chosen: window,
    ...(given
      ? { warning: 'The window in the file leaves nothing to see; Hilum chose another.' }
      : image.medical
        ? { warning: 'The file gives no window; Hilum chose one.' }
        : {}),
  }
}

/** Grey stored samples through the whole pipeline; padding becomes black. */
function greyToDisplay(image: OpenImage, samples: Samples): Uint16Array {
  const { voi } = defaultVoi(image, samples)
  const { grey } = image
  const display = (stored: number): number => {
    if (isPadding(grey, stored) || Number.isNaN(stored)) return 0
    const share = voi(modalityValue(grey, stored))
    return Math.round((grey.inverted ? 1 - share : share) * 65_535)
  }
  const out = new Uint16Array(samples.length)
  if (tableOffset(samples) === undefined) {
    for (let i = 0; i < out.length; i++) out[i] = display(samples[i] as number)
    return out
  }
  const signed = samples instanceof Int8Array || samples instanceof Int16Array
  const { buffer, byteOffset, length } = samples
  if (samples.BYTES_PER_ELEMENT === 1)
    mapBytes(new Uint8Array(buffer, byteOffset, length), out, (bits) =>
      display(signed ? (bits << 24) >> 24 : bits),
    )
  else
    mapWords(new Uint16Array(buffer, byteOffset, length), out, (bits) =>
      display(signed ? (bits << 16) >> 16 : bits),
    )
  return out
}

// One loop for each width: a loop over a union of array types is several times slower.
function mapBytes(stored: Uint8Array, out: Uint16Array, display: (bits: number) => number): void {
  const table = Uint16Array.from({ length: 256 }, (_, bits) => display(bits))
  for (let i = 0; i < stored.length; i++) out[i] = table[stored[i] as number] as number
}
function mapWords(stored: Uint16Array, out: Uint16Array, display: (bits: number) => number): void {
  // An entry is computed when first met: a small image does not pay for 65,536 of them.
  const table = new Uint16Array(65_536)
  const known = new Uint8Array(65_536)
  for (let i = 0; i < stored.length; i++) {
    const bits = stored[i] as number
    if (known[bits] === 0) {
      known[bits] = 1
      table[bits] = display(bits)
    }
    out[i] = table[bits] as number
  }
}

/** PALETTE COLOR indices as interleaved 8-bit RGB (PS3.3 C.7.6.3.1.5). */
export function applyPalette(samples: Samples, palette: Palette): Uint8Array {
  const out = new Uint8Array(samples.length * 3)
  const last = palette.red.length - 1
  for (let i = 0; i < samples.length; i++) {
    const at = Math.min(last, Math.max(0, (samples[i] as number) - palette.first))
    out[i * 3] = palette.red[at] as number
    out[i * 3 + 1] = palette.green[at] as number
    out[i * 3 + 2] = palette.blue[at] as number
  }
  return out
}

/** Interleaved RGB as 8 bits, whatever its depth; undefined for a grey image. */
export function toRgb8(image: OpenImage, samples: Samples): Uint8Array | undefined {
  if (image.palette) return applyPalette(samples, image.palette)
  if (image.samplesPerPixel !== 3) return undefined
  if (samples instanceof Uint8Array && image.bitsStored === 8) return samples
  const scale = 255 / (2 ** image.bitsStored - 1)
  const out = new Uint8Array(samples.length)
  for (let i = 0; i < out.length; i++) out[i] = Math.round((samples[i] as number) * scale)
  return out
}

/** Luminance of RGB by BT.601, 0..65535: the encoder knows grey only. */
function luminance(image: OpenImage, samples: Samples): Uint16Array {
  const rgb = image.palette ? applyPalette(samples, image.palette) : samples
  const scale = 65_535 / (image.palette ? 255 : 2 ** image.bitsStored - 1)
  const out = new Uint16Array(rgb.length / 3)
  for (let i = 0, at = 0; i < out.length; i++, at += 3)
    out[i] = Math.round(
      (0.299 * (rgb[at] as number) + 0.587 * (rgb[at + 1] as number) + 0.114 * (rgb[at + 2] as number)) *
        scale,
    )
  return out
}

/**
 * One frame as grey display values 0..65535, bone white, by the default VOI.
 * @param samples stored samples of the frame as `OpenImage.frame` gives them
 */
export function toDisplay(image: OpenImage, samples: Samples): DisplayImage {
  const colour = image.palette !== undefined || image.samplesPerPixel === 3
  const values = colour ? luminance(image, samples) : greyToDisplay(image, samples)
  return { rows: image.rows, columns: image.columns, values }
}
