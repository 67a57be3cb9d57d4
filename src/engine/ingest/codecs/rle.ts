/** RLE Lossless (PS3.5 Annex G): PackBits segments, one a byte plane, most significant first. */
import { corruptFrame, truncatedFrame, type Codec } from './codec.js'

/** Unpacks one segment into every `step`-th byte from `at`; returns the bytes written. */
function unpack(source: Uint8Array, target: Uint8Array, at: number, step: number, count: number): number {
  let from = 0
  let written = 0
  while (from < source.length && written < count) {
    const control = source[from++] as number
    if (control < 128) {
      for (let i = 0; i <= control && written < count && from < source.length; i++, written++)
        target[at + written * step] = source[from++] as number
    } else if (control > 128) {
      const value = source[from++]
      if (value === undefined) break
      for (let i = 0; i <= 256 - control && written < count; i++, written++)
        target[at + written * step] = value
    }
  }
  return written
}

export const decodeRle: Codec = (bytes, header) => {
  if (bytes.length < 64) throw truncatedFrame('the RLE header is cut off')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const segments = view.getUint32(0, true)
  const width = Math.ceil(header.bitsAllocated / 8)
  const expected = header.samplesPerPixel * width
  if (segments !== expected)
    throw corruptFrame(`RLE holds ${segments} segments, the header needs ${expected}`)
  const pixels = header.rows * header.columns
  const out = new Uint8Array(pixels * expected)
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint32(4 + segment * 4, true)
    const end = segment + 1 < segments ? view.getUint32(8 + segment * 4, true) : bytes.length
    if (start < 64 || start > bytes.length || end < start)
      throw corruptFrame(`RLE segment ${segment + 1} starts at byte ${start} of ${bytes.length}`)
    const sample = Math.floor(segment / width)
    // Planes stand most significant byte first; samples here are little-endian.
    const byte = width - 1 - (segment % width)
    const written = unpack(
      bytes.subarray(start, Math.min(end, bytes.length)),
      out,
      sample * width + byte,
      expected,
      pixels,
    )
    if (written < pixels)
      throw truncatedFrame(`RLE segment ${segment + 1} unpacks to ${written} of ${pixels} bytes`)
  }
  const samples = width === 1 ? out : width === 2 ? new Uint16Array(out.buffer) : new Uint32Array(out.buffer)
  return { samples, ybr: header.photometric.startsWith('YBR') }
}
