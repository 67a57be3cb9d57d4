/**
 * What only the codecs of dcmjs-codecs do right: JPEG of 12 bits and lossless JPEG with all seven predictors and point
 * transforms (the IJG decoder), and signed JPEG 2000 of up to 8 bits, whose negative samples the OpenJPEG module cuts to zero.
 */
import { Context, NativeCodecs } from 'dcmjs-codecs'
import { corruptFrame, reasonOf, type DecodedFrame, type FrameHeader } from './codec.js'

let ready: Promise<void> | undefined

/** One frame through `decode`; samples at the data set's own width. */
async function decodeNative(
  what: string,
  decode: (context: Context) => Context,
  bytes: Uint8Array,
  header: FrameHeader,
): Promise<Uint8Array | Uint16Array> {
  ready ??= NativeCodecs.initializeAsync()
  await ready
  const wide = header.bitsAllocated > 8
  const length = header.rows * header.columns * header.samplesPerPixel * (wide ? 2 : 1)
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
    decoded = decode(context).getDecodedBuffer() as Uint8Array
  } catch (error) {
    throw corruptFrame(`${what}: ${reasonOf(error)}`, error)
  }
  if (decoded.length < length) throw corruptFrame(`${what} gave ${decoded.length} of ${length} bytes`)
  const copy = decoded.slice(0, length)
  return wide ? new Uint16Array(copy.buffer) : copy
}

/** JPEG of 12 bits (ITU-T T.81 processes 4, 8 and 12) and lossless JPEG (process 14), of the given precision in bits. */
export async function decodeIjg(
  bytes: Uint8Array,
  frame: { process: number; precision: number },
  header: FrameHeader,
): Promise<DecodedFrame> {
  const what = `JPEG process ${frame.process.toString(16)}`
  const samples = await decodeNative(what, (context) => NativeCodecs.decodeJpeg(context), bytes, header)
  // A lossless stream holds the data set's own colours; the decoder makes RGB of lossy ones.
  const ybr = frame.process === 0xc3 && header.photometric.startsWith('YBR')
  return { samples, ybr, bits: frame.precision }
}

/** JPEG 2000 whose samples are signed and of up to 8 bits, `bits` by the stream's own header. */
export async function decodeNarrowSigned(
  bytes: Uint8Array,
  header: FrameHeader,
  bits: number,
): Promise<DecodedFrame> {
  const samples = await decodeNative('JPEG 2000', (context) => NativeCodecs.decodeJpeg2000(context), bytes, {
    ...header,
    bitsAllocated: 8,
    bitsStored: bits,
    highBit: bits - 1,
  })
  return { samples, ybr: false, bits }
}
