/** The codecs that are WebAssembly modules (JPEG-LS, JPEG 2000, HTJ2K, baseline JPEG) behind the one interface. */
import type { Samples } from '../../imaging/samples.js'
import { decodeNarrowSigned } from './dcmjsCodecs.js'
import {
  checkCoded,
  corruptFrame,
  endsImage,
  reasonOf,
  truncatedFrame,
  type Codec,
  type FrameHeader,
} from './codec.js'

type FrameInfo = {
  width: number
  height: number
  bitsPerSample: number
  componentCount: number
  isSigned?: boolean
}
/** What the four modules' decoder classes share. */
export type WasmDecoder = {
  getEncodedBuffer(length: number): Uint8Array
  getDecodedBuffer(): Uint8Array
  decode(): void
  readHeader?(): void
  getFrameInfo(): FrameInfo
  getInterleaveMode?(): number
  getColorSpace?(): number
  getLastErrorMessage?(): string
  delete?(): void
}
type DecoderClass = new () => WasmDecoder
type Factory = (options?: unknown) => Promise<Record<string, unknown>>

/** One decoder of a module, made when the first such frame comes and used again. */
export function wasmDecoder(load: () => Promise<unknown>, className: string): () => Promise<WasmDecoder> {
  let made: Promise<DecoderClass> | undefined
  return async () => {
    made ??= load().then(async (module) => {
      const factory = ((module as { default?: unknown }).default ?? module) as Factory
      const instance = await factory({ print: () => undefined, printErr: () => undefined })
      return instance[className] as DecoderClass
    })
    return new (await made)()
  }
}

/** A copy of the decoder's memory as samples of the width that the coded bits need. */
function copySamples(buffer: Uint8Array, info: FrameInfo, count: number): Samples {
  const wide = info.bitsPerSample > 8
  const bytes = count * (wide ? 2 : 1)
  if (buffer.byteLength < bytes) throw corruptFrame(`the decoder gave ${buffer.byteLength} of ${bytes} bytes`)
  const copy = buffer.slice(0, bytes)
  if (!wide) return info.isSigned === true ? new Int8Array(copy.buffer) : copy
  return info.isSigned === true ? new Int16Array(copy.buffer) : new Uint16Array(copy.buffer)
}

/** Runs one frame through a module. */
export async function runWasm(
  codec: string,
  make: () => Promise<WasmDecoder>,
  bytes: Uint8Array,
  header: FrameHeader,
): Promise<{ samples: Samples; info: FrameInfo; interleave: number; colorSpace: number }> {
  const decoder = await make()
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes)
    try {
      decoder.decode()
    } catch (error) {
      throw corruptFrame(`${codec}: ${reasonOf(error)}`, error)
    }
    const info = decoder.getFrameInfo()
    checkCoded(codec, { width: info.width, height: info.height, components: info.componentCount }, header)
    const count = info.width * info.height * info.componentCount
    return {
      samples: copySamples(decoder.getDecodedBuffer(), info, count),
      info,
      interleave: decoder.getInterleaveMode?.() ?? 2,
      colorSpace: decoder.getColorSpace?.() ?? 0,
    }
  } finally {
    decoder.delete?.()
  }
}

/** Planes one after the other as interleaved samples. */
export function interleave<T extends Samples>(planes: T, pixels: number, channels: number): T {
  const out = planes.slice(0) as T
  for (let channel = 0; channel < channels; channel++)
    for (let pixel = 0; pixel < pixels; pixel++)
      out[pixel * channels + channel] = planes[channel * pixels + pixel] as number
  return out
}

const charls = wasmDecoder(() => import('@cornerstonejs/codec-charls/decodewasmjs'), 'JpegLSDecoder')
const openjpeg = wasmDecoder(() => import('@cornerstonejs/codec-openjpeg/decodewasmjs'), 'J2KDecoder')
const openjph = wasmDecoder(() => import('@cornerstonejs/codec-openjph/wasmjs'), 'HTJ2KDecoder')

/** JPEG-LS (ISO 14495-1) through CharLS. */
export const decodeJpegLs: Codec = async (bytes, header) => {
  // CharLS runs on for minutes over a stream that just stops.
  if (!endsImage(bytes)) throw truncatedFrame('the JPEG-LS stream has no end-of-image marker')
  const { samples, info, interleave: mode } = await runWasm('JPEG-LS', charls, bytes, header)
  const colour = info.componentCount > 1 && mode === 0
  return {
    samples: colour ? interleave(samples, info.width * info.height, info.componentCount) : samples,
    ybr: header.photometric.startsWith('YBR'),
    bits: info.bitsPerSample,
  }
}

/**
 * Refuses a code stream whose tile-parts reach beyond its end: the decoders fill the rest with something.
 * Walks main header and tile-part headers (ISO 15444-1 A.2, A.4.2).
 */
function checkTileParts(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  // A JP2 file wraps the stream in boxes; DICOM forbids it, some writers do it all the same.
  if (view.byteLength > 12 && view.getUint32(4) === 0x6a502020) {
    while (at + 8 <= bytes.length && view.getUint32(at + 4) !== 0x6a703263) {
      const length = view.getUint32(at)
      if (length < 8) return
      at += length
    }
    at += 8
  }
  if (at + 4 > bytes.length || view.getUint16(at) !== 0xff4f)
    throw corruptFrame('the frame is no JPEG 2000 stream')
  at += 2
  while (at + 4 <= bytes.length) {
    const marker = view.getUint16(at)
    if (marker === 0xffd9) return
    if (marker !== 0xff90) {
      if (marker < 0xff00) throw corruptFrame(`JPEG 2000: no marker at byte ${at} of the stream`)
      at += 2 + view.getUint16(at + 2)
      continue
    }
    if (at + 12 > bytes.length) break
    const length = view.getUint32(at + 6)
    // Zero: the last tile-part, up to the end.
    if (length === 0) return
    at += length
  }
  if (at > bytes.length)
    throw truncatedFrame(
      `the JPEG 2000 stream ends ${at - bytes.length} bytes before its last tile-part does`,
    )
}

/** JPEG 2000 (ISO 15444-1) through OpenJPEG, which undoes its own colour transforms (RCT, ICT). */
export const decodeJ2k: Codec = async (bytes, header) => {
  checkTileParts(bytes)
  const { samples, info } = await runWasm('JPEG 2000', openjpeg, bytes, header)
  if (info.isSigned === true && info.bitsPerSample <= 8)
    return decodeNarrowSigned(bytes, header, info.bitsPerSample)
  return {
    samples,
    ybr: header.photometric === 'YBR_FULL' || header.photometric === 'YBR_FULL_422',
    bits: info.bitsPerSample,
    ...(info.isSigned === undefined ? {} : { signed: info.isSigned }),
  }
}

/** High-Throughput JPEG 2000 (ISO 15444-15) through OpenJPH. */
export const decodeHtj2k: Codec = async (bytes, header) => {
  checkTileParts(bytes)
  const { samples, info } = await runWasm('HTJ2K', openjph, bytes, header)
  return {
    samples,
    ybr: header.photometric === 'YBR_FULL' || header.photometric === 'YBR_FULL_422',
    bits: info.bitsPerSample,
    ...(info.isSigned === undefined ? {} : { signed: info.isSigned }),
  }
}
