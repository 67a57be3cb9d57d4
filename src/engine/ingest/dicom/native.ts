/** Uncompressed pixel data of 1 to 64 bits, either byte order (PS3.5 clause 8.1). */
import type { Samples } from '../../imaging/samples.js'
import { truncatedFrame, type FrameHeader } from '../codecs/codec.js'

export type NativeKind = 'integer' | 'float' | 'double'

/** Bytes of one frame; 1-bit frames follow each other without padding to a byte. */
export function nativeFrameBytes(header: FrameHeader): number {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometric } = header
  const pixels = rows * columns
  // YBR_FULL_422 shares its chroma between two pixels of a row.
  if (photometric === 'YBR_FULL_422' && samplesPerPixel === 3) return pixels * 2 * (bitsAllocated / 8)
  return (pixels * samplesPerPixel * bitsAllocated) / 8
}

const swap = (bytes: Uint8Array, width: number): Uint8Array => {
  const copy = Buffer.from(bytes)
  if (width === 2) copy.swap16()
  else if (width === 4) copy.swap32()
  else if (width === 8) copy.swap64()
  return copy
}

/** A copy that starts on a word boundary, in this machine's little-endian order. */
function words(bytes: Uint8Array, width: number, littleEndian: boolean): ArrayBuffer {
  const copy = new Uint8Array(bytes.length)
  copy.set(littleEndian || width === 1 ? bytes : swap(bytes, width))
  return copy.buffer
}

function unpackBits(bytes: Uint8Array, frame: number, count: number): Uint8Array {
  const out = new Uint8Array(count)
  for (let i = 0, bit = frame * count; i < count; i++, bit++)
    out[i] = ((bytes[bit >> 3] as number) >> (bit & 7)) & 1
  return out
}

/** Twelve bits allocated: two samples in three bytes, low bits first (retired ACR-NEMA packing). */
function unpackTwelve(bytes: Uint8Array, count: number): Uint16Array {
  const out = new Uint16Array(count)
  for (let i = 0; i < count; i++) {
    const bit = i * 12
    const at = bit >> 3
    const pair = (bytes[at] as number) | ((bytes[at + 1] ?? 0) << 8)
    out[i] = (bit & 7) === 0 ? pair & 0xfff : pair >> 4
  }
  return out
}

/** Y Y Cb Cr to Y Cb Cr for every pixel. */
function expand422(source: Samples, target: Samples): void {
  for (let from = 0, to = 0; to + 5 < target.length; from += 4, to += 6) {
    target[to] = source[from] as number
    target[to + 3] = source[from + 1] as number
    target[to + 1] = target[to + 4] = source[from + 2] as number
    target[to + 2] = target[to + 5] = source[from + 3] as number
  }
}

/**
 * Samples of one frame as they stand in the file, planes interleaved; unused bits are dealt with by the caller.
 * @param big-endian files: OB pixels of 8 bits keep their order, OW ones of 8 bits are swapped in pairs
 * @throws HilumError IMAGE_TRUNCATED
 */
export function nativeFrame(
  data: Uint8Array,
  frame: number,
  header: FrameHeader,
  options: { littleEndian: boolean; kind: NativeKind; swapBytePairs: boolean },
): Samples {
  const { bitsAllocated, samplesPerPixel, rows, columns } = header
  const count = rows * columns * samplesPerPixel
  const size = nativeFrameBytes(header)
  const start = Math.floor(frame * size)
  const end = bitsAllocated === 1 ? Math.ceil(((frame + 1) * count) / 8) : start + Math.ceil(size)
  if (end > data.length)
    throw truncatedFrame(`frame ${frame + 1} needs bytes up to ${end}, the pixel data has ${data.length}`)
  const whole =
    options.swapBytePairs && bitsAllocated <= 8 ? swap(data.subarray(0, data.length & ~1), 2) : data
  if (bitsAllocated === 1) return unpackBits(whole, frame, count)
  const bytes = whole.subarray(start, end)
  if (bitsAllocated === 12) return unpackTwelve(bytes, count)
  const width = bitsAllocated / 8
  const buffer = words(bytes, width, options.littleEndian)
  let samples: Samples
  if (options.kind === 'float') samples = new Float32Array(buffer)
  else if (options.kind === 'double') samples = new Float64Array(buffer)
  else if (width === 1) samples = new Uint8Array(buffer)
  else if (width === 2) samples = new Uint16Array(buffer)
  else samples = new Uint32Array(buffer)
  if (header.photometric === 'YBR_FULL_422' && samplesPerPixel === 3) {
    const out = width === 1 ? new Uint8Array(count) : new Uint16Array(count)
    expand422(samples, out)
    return out
  }
  return samples
}
