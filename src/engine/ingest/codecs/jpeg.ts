/** JPEG in DICOM (ISO 10918-1): lossy streams of 8 bits have one decoder, all others another. */
import sharp from 'sharp'
import { LIMITS } from '@shared/limits.js'
import {
  checkCoded,
  corruptFrame,
  endsImage,
  reasonOf,
  truncatedFrame,
  type Codec,
  type DecodedFrame,
  type FrameHeader,
} from './codec.js'
import { decodeIjg } from './dcmjsCodecs.js'

export type JpegFrame = {
  /** Start-of-frame marker 0xC0 … 0xCF: the process. */
  process: number
  precision: number
  rows: number
  columns: number
  components: number
  ids: number[]
  /** Horizontal and vertical sampling of each component. */
  sampling: [number, number][]
  adobeTransform?: number
  jfif: boolean
}

/** Header of a JPEG stream up to its start of frame. @throws HilumError DICOM_CORRUPT */
export function readJpegFrame(bytes: Uint8Array): JpegFrame {
  let at = 2
  let adobeTransform: number | undefined
  let jfif = false
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw corruptFrame('the frame is no JPEG stream')
  const word = (i: number): number => ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) {
      at++
      continue
    }
    const marker = bytes[at + 1] as number
    if (marker === 0xff || marker === 0 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2
      continue
    }
    const length = word(at + 2)
    const body = at + 4
    if (marker === 0xe0 && Buffer.from(bytes.subarray(body, body + 4)).toString('latin1') === 'JFIF')
      jfif = true
    // A marker that ends before its transform byte says nothing; libjpeg ignores it, too.
    const adobe = marker === 0xee && length >= 14
    if (adobe && Buffer.from(bytes.subarray(body, body + 5)).toString('latin1') === 'Adobe')
      adobeTransform = bytes[body + 11]
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const components = bytes[body + 5] ?? 0
      if (body + 6 + components * 3 > bytes.length) break
      const index = Array.from({ length: components }, (_, i) => body + 6 + i * 3)
      return {
        process: marker,
        precision: bytes[body] ?? 0,
        rows: word(body + 1),
        columns: word(body + 3),
        components,
        ids: index.map((i) => bytes[i] ?? 0),
        sampling: index.map((i) => [(bytes[i + 1] ?? 0) >> 4, (bytes[i + 1] ?? 0) & 15]),
        ...(adobeTransform === undefined ? {} : { adobeTransform }),
        jfif,
      }
    }
    if (marker === 0xd9 || marker === 0xda || length < 2) break
    at += 2 + length
  }
  throw corruptFrame('the JPEG stream has no frame header')
}

const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0]

/**
 * Colour of a stream that does not say it: the data set does (PS3.5 8.2.1). Said by an Adobe marker, because a
 * decoder would otherwise guess YCbCr.
 */
function withColour(bytes: Uint8Array, frame: JpegFrame, header: FrameHeader): Uint8Array {
  if (frame.components !== 3 || frame.jfif || frame.adobeTransform !== undefined) return bytes
  const out = new Uint8Array(bytes.length + 16)
  out.set([0xff, 0xd8, ...ADOBE, header.photometric === 'RGB' ? 0 : 1])
  out.set(bytes.subarray(2), 18)
  return out
}

/** Baseline and progressive streams of 8 bits through libvips' libjpeg. */
async function decodeLossy(bytes: Uint8Array, frame: JpegFrame, header: FrameHeader): Promise<DecodedFrame> {
  const colour = frame.components === 3
  try {
    const { data, info } = await sharp(withColour(bytes, frame, header), {
      failOn: 'truncated',
      ignoreIcc: true,
      limitInputPixels: LIMITS.framePixels,
    })
      .toColourspace(colour ? 'srgb' : 'b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== frame.components) throw new Error(`${info.channels} channels`)
    return { samples: new Uint8Array(data), ybr: false, bits: 8 }
  } catch (error) {
    const reason = reasonOf(error)
    if (/premature|truncat|ended|end of/i.test(reason)) throw truncatedFrame(`JPEG: ${reason}`)
    throw corruptFrame(`JPEG: ${reason}`, error)
  }
}

/** The decoder a JPEG stream needs, by its own header rather than by the transfer syntax. */
export const decodeJpeg: Codec = async (bytes, header) => {
  const frame = readJpegFrame(bytes)
  checkCoded('JPEG', { width: frame.columns, height: frame.rows, components: frame.components }, header)
  if (!endsImage(bytes)) throw truncatedFrame('the JPEG stream has no end-of-image marker')
  if (frame.precision === 8 && (frame.process === 0xc0 || frame.process === 0xc1 || frame.process === 0xc2)) {
    return decodeLossy(bytes, frame, header)
  }
  return decodeIjg(bytes, frame, header)
}
