/** A DICOM object as an image: header checks, frames through their codec, samples as the standard stores them. */
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import type { GreyParameters, OpenImage, Samples } from '../../imaging/samples.js'
import { checkSize } from '../raster.js'
import type { Codec, DecodedFrame, FrameHeader } from '../codecs/codec.js'
import { decodeJpeg } from '../codecs/jpeg.js'
import { decodeRle } from '../codecs/rle.js'
import { decodeHtj2k, decodeJ2k, decodeJpegLs } from '../codecs/wasm.js'
import { attributesOf, type Attributes } from './attributes.js'
import { checkPhotometric, samplesBegin } from './headerChecks.js'
import { ybrToRgb } from './colour.js'
import { parseDicom, type DicomDataSet, type Element } from './dataSet.js'
import { studyFacts } from './facts.js'
import { encapsulatedFrames } from './frames.js'
import { greyParameters, readPalette } from './greyModule.js'
import { nativeFrame, nativeFrameBytes, type NativeKind } from './native.js'
import { noPixels } from './noPixels.js'
import { geometry } from './geometry.js'
import type { PixelCoding } from './syntaxes.js'

const CODECS: Record<Exclude<PixelCoding, 'native'>, Codec> = {
  rle: decodeRle,
  jpeg: decodeJpeg,
  jpegls: decodeJpegLs,
  j2k: decodeJ2k,
  htj2k: decodeHtj2k,
}

/** Where the picture is: integer, float or double pixel data. */
function findPixels(dicom: DicomDataSet): { element: Element; kind: NativeKind } | undefined {
  const { elements } = dicom.dataSet
  const integer = elements['x7fe00010']
  if (integer && integer.length > 0) return { element: integer, kind: 'integer' }
  const float = elements['x7fe00008']
  if (float && float.length > 0) return { element: float, kind: 'float' }
  const double = elements['x7fe00009']
  if (double && double.length > 0) return { element: double, kind: 'double' }
  return undefined
}

const missing = (what: string, tag: string): HilumError =>
  new HilumError('DICOM_CORRUPT', `The DICOM file lacks ${what}, without which its picture cannot be read.`, {
    detail: `${what} ${tag} is missing or empty`,
  })

/** The image pixel module (PS3.3 C.7.6.3), checked before anything is decoded. */
function readHeader(name: string, attributes: Attributes, kind: NativeKind, warnings: string[]): FrameHeader {
  const rows = attributes.short('x00280010')
  const columns = attributes.short('x00280011')
  if (rows === undefined || rows === 0) throw missing('Rows', '(0028,0010)')
  if (columns === undefined || columns === 0) throw missing('Columns', '(0028,0011)')
  const photometric = attributes.text('x00280004')?.toUpperCase().replace(/\s+/g, ' ')
  const samplesPerPixel =
    attributes.short('x00280002') ?? (photometric && /RGB|YBR/.test(photometric) ? 3 : 1)
  const bitsAllocated = kind === 'float' ? 32 : kind === 'double' ? 64 : attributes.short('x00280100')
  if (bitsAllocated === undefined) throw missing('Bits Allocated', '(0028,0100)')
  if (
    bitsAllocated % 8 === 0 &&
    bitsAllocated <= 64 &&
    bitsAllocated > 0 &&
    kind === 'integer' &&
    ![8, 16, 32].includes(bitsAllocated)
  )
    throw new HilumError('DICOM_UNSUPPORTED', undefined, {
      detail: `Bits Allocated (0028,0100) is ${bitsAllocated}; Hilum reads 1, 8, 16 and 32`,
    })
  if (![1, 8, 12, 16, 32, 64].includes(bitsAllocated))
    throw new HilumError('DICOM_CORRUPT', undefined, {
      detail: `Bits Allocated (0028,0100) is ${bitsAllocated}; 1, 8, 16 and 32 are possible`,
    })
  if (samplesPerPixel !== 1 && samplesPerPixel !== 3)
    throw new HilumError('DICOM_UNSUPPORTED', undefined, {
      detail: `Samples per Pixel (0028,0002) is ${samplesPerPixel}; Hilum reads 1 and 3`,
    })
  let bitsStored = kind === 'integer' ? (attributes.short('x00280101') ?? bitsAllocated) : bitsAllocated
  if (bitsStored < 1 || bitsStored > bitsAllocated) {
    warnings.push(`Bits Stored is ${bitsStored}, which ${bitsAllocated} allocated bits cannot hold.`)
    bitsStored = bitsAllocated
  }
  const highBit = attributes.short('x00280102') ?? bitsStored - 1
  checkPhotometric(photometric, samplesPerPixel, warnings)
  checkSize(name, rows, columns, samplesPerPixel * Math.max(1, bitsAllocated / 8))
  return {
    rows,
    columns,
    samplesPerPixel,
    bitsAllocated,
    bitsStored,
    highBit,
    signed: kind !== 'integer' || attributes.short('x00280103') === 1,
    planar: attributes.short('x00280006') === 1,
    photometric: photometric ?? (samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2'),
  }
}

/**
 * Keeps the stored bits, which begin at bit `from`, and extends the sign: unused bits may hold overlays or rubbish
 * (PS3.5 8.1.1).
 */
function storedBits(samples: Samples, bits: number, signed: boolean, from = 0): Samples {
  if (samples instanceof Float32Array || samples instanceof Float64Array) return samples
  const width = samples.BYTES_PER_ELEMENT * 8
  const length = samples.byteLength / samples.BYTES_PER_ELEMENT
  const of = <T>(unsigned: T, withSign: T): T => (signed ? withSign : unsigned)
  const Type =
    width === 8
      ? of<Uint8ArrayConstructor | Int8ArrayConstructor>(Uint8Array, Int8Array)
      : width === 16
        ? of<Uint16ArrayConstructor | Int16ArrayConstructor>(Uint16Array, Int16Array)
        : of<Uint32ArrayConstructor | Int32ArrayConstructor>(Uint32Array, Int32Array)
  const out = new Type(samples.buffer as ArrayBuffer, samples.byteOffset, length)
  if (bits >= width) return out
  const shift = 32 - bits
  if (signed) for (let i = 0; i < length; i++) out[i] = ((out[i] as number) << (shift - from)) >> shift
  else {
    const mask = 2 ** bits - 1
    for (let i = 0; i < length; i++) out[i] = ((out[i] as number) >>> from) & mask
  }
  return out
}

function deinterleave(samples: Samples, pixels: number): Samples {
  const out = samples.slice(0)
  for (let channel = 0; channel < 3; channel++)
    for (let pixel = 0; pixel < pixels; pixel++)
      out[pixel * 3 + channel] = samples[channel * pixels + pixel] as number
  return out
}

/**
 * Opens a DICOM object.
 * @throws HilumError DICOM_NO_PIXELS, DICOM_UNSUPPORTED, DICOM_CORRUPT, IMAGE_TRUNCATED, IMAGE_TOO_LARGE, IMAGE_BOMB
 */
export function openDicom(name: string, bytes: Uint8Array): OpenImage {
  const dicom = parseDicom(bytes)
  const attributes = attributesOf(dicom.dataSet)
  const found = findPixels(dicom)
  if (!found) throw noPixels(dicom, attributes)
  const { element, kind } = found
  const warnings = [...dicom.warnings]
  const header = readHeader(name, attributes, kind, warnings)
  const frames = frameCount(attributes, header, warnings)
  checkSize(
    name,
    header.rows,
    header.columns,
    header.samplesPerPixel * Math.ceil(header.bitsAllocated / 8),
    frames,
  )
  const decode = frameReader(dicom, element, kind, header, frames, warnings)
  const shared = attributes.items('x52009229')[0]
  const groups = attributes.items('x52009230')
  const [perFrame] = groups
  const greyAt = (frame: number, told: string[]): GreyParameters => {
    const layers = [
      ...[groups[frame], shared].flatMap((group) =>
        group ? [...group.items('x00289145'), ...group.items('x00289132')] : [],
      ),
      attributes,
    ]
    return greyParameters(layers, header.photometric, header.signed, told)
  }
  const palette = header.photometric === 'PALETTE COLOR' ? readPalette(attributes, header.signed) : undefined
  if (header.photometric === 'PALETTE COLOR' && !palette)
    warnings.push('The colour palette is missing or damaged; the picture is shown in grey.')
  const notes = attributes.words('x00204000')
  const description = attributes.words('x0008103e')
  const seriesNumber = attributes.number('x00200011')
  const instanceNumber = attributes.number('x00200013')
  return {
    kind: 'dicom',
    rows: header.rows,
    columns: header.columns,
    frames,
    samplesPerPixel: header.samplesPerPixel,
    bitsStored: header.bitsStored,
    signed: header.signed,
    floating: kind !== 'integer',
    photometric: header.photometric,
    transferSyntax: dicom.syntaxUid ?? dicom.syntax.uid,
    warnings,
    grey: greyAt(0, warnings),
    ...(groups.length > 1 ? { greyAt: (frame: number) => greyAt(frame, []) } : {}),
    ...(palette ? { palette } : {}),
    study: studyFacts(attributes),
    synthetic:
      /\bSYNTHETIC\b/i.test(`${notes ?? ''} ${description ?? ''}`) ||
      attributes.text('x00280300')?.toUpperCase() === 'YES',
    ...(notes === undefined ? {} : { notes }),
    ...(seriesNumber === undefined ? {} : { seriesNumber }),
    ...(instanceNumber === undefined ? {} : { instanceNumber }),
    ...(description === undefined ? {} : { seriesDescription: description }),
    ...geometry(attributes, shared, perFrame, warnings),
    medical: true,
    frame: decode,
  }
}

const isNative = (dicom: DicomDataSet, element: Element): boolean =>
  dicom.syntax.coding === 'native' && element.encapsulatedPixelData !== true

function frameCount(attributes: Attributes, header: FrameHeader, warnings: string[]): number {
  const given = attributes.number('x00280008')
  if (given === undefined) return 1
  if (!Number.isInteger(given) || given < 1) {
    warnings.push('The number of frames is not usable; one was assumed.')
    return 1
  }
  if (given * header.rows * header.columns > LIMITS.decodedBytes * 8)
    throw new HilumError('IMAGE_TOO_LARGE', undefined, { detail: `${given} frames are declared` })
  return given
}

/** A reader of single frames with the last one kept: preview, display and viewer ask for the same. */
function frameReader(
  dicom: DicomDataSet,
  element: Element,
  kind: NativeKind,
  header: FrameHeader,
  frames: number,
  warnings: string[],
): (index: number) => Promise<Samples> {
  const native = isNative(dicom, element)
  if (!native && element.encapsulatedPixelData !== true)
    throw new HilumError('DICOM_CORRUPT', undefined, {
      detail: `${dicom.syntax.name} pixel data is not encapsulated`,
    })
  const raw = native
    ? nativeReader(dicom, element, kind, header, frames, warnings)
    : codedReader(dicom, element, header, frames, warnings)
  let last: { index: number; samples: Promise<Samples> } | undefined
  return (index) => {
    if (index < 0 || index >= frames)
      return Promise.reject(
        new HilumError(
          'PAYLOAD_INVALID',
          `The image has ${frames} frames; frame ${index + 1} was asked for.`,
        ),
      )
    if (last?.index === index) return last.samples
    const samples = raw(index)
    last = { index, samples }
    return samples
  }
}

function nativeReader(
  dicom: DicomDataSet,
  element: Element,
  kind: NativeKind,
  header: FrameHeader,
  frames: number,
  warnings: string[],
): (index: number) => Promise<Samples> {
  const data = dicom.bytes.subarray(element.dataOffset, element.dataOffset + element.length)
  const needed = Math.ceil(nativeFrameBytes(header) * frames)
  if (needed > data.length)
    throw new HilumError('IMAGE_TRUNCATED', 'The picture in this DICOM file ends early.', {
      detail: `the pixel data has ${data.length} of ${needed} bytes for ${header.columns} x ${header.rows} pixels in ${frames} frame(s)`,
    })
  // One byte of padding makes the length even (PS3.5 8.1.1).
  if (data.length > needed + 1)
    warnings.push(
      `The pixel data is longer than ${header.columns} x ${header.rows} pixels${frames > 1 ? ` in ${frames} frames` : ''} need (${data.length} bytes, not ${needed}): part of the picture may be missing, and lengths may be wrong.`,
    )
  const { littleEndian } = dicom.syntax
  const swapBytePairs = !littleEndian && element.vr === 'OW'
  const words = (index: number): Samples =>
    nativeFrame(data, index, header, { littleEndian, kind, swapBytePairs })
  const from = kind === 'integer' ? begins(dicom, header, words, warnings) : 0
  return async (index) => plainFrame(words(index), header, from)
}

/** The bit at which the samples of a file begin, by its header and its first frame. */
function begins(
  dicom: DicomDataSet,
  header: FrameHeader,
  words: (index: number) => Samples,
  warnings: string[],
): number {
  if (header.highBit === header.bitsStored - 1) return 0
  // Overlays without data of their own lie in the pixels' unused bits (PS3.3 C.9.2 before 2004).
  const { elements } = dicom.dataSet
  const overlays = Object.keys(elements).some(
    (tag) => /^x60..0102$/.test(tag) && elements[`${tag.slice(0, 5)}3000`] === undefined,
  )
  return samplesBegin(header, words(0), overlays, warnings)
}

/** Uncompressed words as stored samples, colour as interleaved RGB. */
function plainFrame(words: Samples, header: FrameHeader, from: number): Samples {
  const stored = storedBits(words, header.bitsStored, header.signed, from)
  if (header.samplesPerPixel !== 3) return stored
  const planar = header.planar && header.photometric !== 'YBR_FULL_422'
  const colour = planar ? deinterleave(stored, header.rows * header.columns) : stored
  return header.photometric.startsWith('YBR')
    ? ybrToRgb(colour, header.photometric, header.bitsStored)
    : colour
}

function codedReader(
  dicom: DicomDataSet,
  element: Element,
  header: FrameHeader,
  frames: number,
  warnings: string[],
): (index: number) => Promise<Samples> {
  const read = encapsulatedFrames(dicom, element, frames)
  const { coding } = dicom.syntax
  if (coding === 'native') {
    const options = { littleEndian: true, kind: 'integer', swapBytePairs: false } as const
    const words = (index: number): Samples => nativeFrame(read(index), 0, header, options)
    const from = begins(dicom, header, words, warnings)
    return async (index) => plainFrame(words(index), header, from)
  }
  // Compressed frames hold their samples in one way only.
  if (header.highBit !== header.bitsStored - 1)
    warnings.push(
      `High Bit is ${header.highBit} where ${header.bitsStored} stored bits make it ${header.bitsStored - 1}; it was passed over.`,
    )
  return async (index) => finish(await CODECS[coding](read(index), header), header)
}

/** Coded samples at the data set's own width and sign; colour as RGB. */
function finish(decoded: DecodedFrame, header: FrameHeader): Samples {
  const width = header.bitsAllocated <= 8 ? 8 : header.bitsAllocated <= 16 ? 16 : 32
  let { samples } = decoded
  if (samples.BYTES_PER_ELEMENT * 8 < width && width === 16) samples = Uint16Array.from(samples)
  if (samples.BYTES_PER_ELEMENT * 8 > width && width === 8) samples = Uint8Array.from(samples)
  // Two's complement of fewer bits than the data set says: the sign is extended from the coded precision.
  const narrow =
    header.signed && decoded.signed !== true && (decoded.bits ?? header.bitsStored) < header.bitsStored
  const bits = narrow ? (decoded.bits as number) : header.bitsStored
  const stored = storedBits(samples, bits, header.signed)
  return decoded.ybr && header.samplesPerPixel === 3
    ? ybrToRgb(stored, header.photometric, header.bitsStored)
    : stored
}
