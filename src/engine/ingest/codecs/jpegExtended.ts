/** 12-bit JPEG (processes 4, 8 and 12) through the IJG decoder of dcmjs-codecs. */
import { NativeCodecs, Context } from 'dcmjs-codecs'
import { corruptFrame, reasonOf, type DecodedFrame, type FrameHeader } from './codec.js'
import type { JpegFrame } from './jpeg.js'

let ready: Promise<void> | undefined

export async function decodeExtended(
  bytes: Uint8Array,
  frame: JpegFrame,
  header: FrameHeader,
): Promise<DecodedFrame> {
  ready ??= NativeCodecs.initializeAsync()
  await ready
  let decoded: Uint8Array
  try {
    const context = new Context({
      width: header.columns,
      height: header.rows,
      bitsAllocated: header.bitsAllocated,
      bitsStored: header.bitsStored,
      samplesPerPixel: header.samplesPerPixel,
      pixelRepresentation: header.signed ? 1 : 0,
      planarConfiguration: 0,
      photometricInterpretation: header.photometric,
      encodedBuffer: bytes,
    })
    decoded = NativeCodecs.decodeJpeg(context).getDecodedBuffer() as Uint8Array
  } catch (error) {
    throw corruptFrame(`JPEG process ${frame.process.toString(16)}: ${reasonOf(error)}`, error)
  }
  const count = header.rows * header.columns * header.samplesPerPixel
  const wide = header.bitsAllocated > 8
  if (decoded.length < count * (wide ? 2 : 1))
    throw corruptFrame(`12-bit JPEG gave ${decoded.length} of ${count * (wide ? 2 : 1)} bytes`)
  const copy = decoded.slice(0, count * (wide ? 2 : 1))
  return { samples: wide ? new Uint16Array(copy.buffer) : copy, ybr: false, bits: frame.precision }
}
