/** PNG, JPEG and TIFF through libvips: header first, limits, then pixels at their own depth. */
import { basename } from 'node:path'
import sharp, { type Metadata } from 'sharp'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import type { OpenImage, Samples } from '../imaging/samples.js'

// Every picture is decoded once in a process that is short of memory on purpose.
sharp.cache(false)
sharp.concurrency(1)

type RasterKind = 'png' | 'jpeg' | 'tiff'
const DEPTHS = {
  uchar: { bits: 8, signed: false, floating: false, view: Uint8Array },
  char: { bits: 8, signed: true, floating: false, view: Int8Array },
  ushort: { bits: 16, signed: false, floating: false, view: Uint16Array },
  short: { bits: 16, signed: true, floating: false, view: Int16Array },
  uint: { bits: 32, signed: false, floating: false, view: Uint32Array },
  int: { bits: 32, signed: true, floating: false, view: Int32Array },
  float: { bits: 32, signed: true, floating: true, view: Float32Array },
  double: { bits: 64, signed: true, floating: true, view: Float64Array },
} as const
type Depth = keyof typeof DEPTHS

/** Refuses more pixels or bytes than the product opens safely, before any of them is decoded. */
export function checkSize(
  name: string,
  rows: number,
  columns: number,
  bytesPerPixel: number,
  frames = 1,
): void {
  if (rows < 1 || columns < 1)
    throw new HilumError(
      'IMAGE_CORRUPT',
      `${basename(name)} declares an image of ${columns} x ${rows} pixels.`,
    )
  if (rows * columns > LIMITS.framePixels || rows * columns * bytesPerPixel * frames > LIMITS.decodedBytes)
    throw new HilumError(
      'IMAGE_TOO_LARGE',
      `${basename(name)} declares ${columns} x ${rows} pixels${frames > 1 ? ` in ${frames} frames` : ''}: more than Hilum opens safely.`,
    )
}

/** The refusal that a libvips message stands for. */
function refusal(name: string, error: unknown): HilumError {
  const text = error instanceof Error ? error.message : String(error)
  const file = basename(name)
  const options = { detail: text.slice(0, 300), cause: error }
  if (/pixel limit/i.test(text))
    return new HilumError('IMAGE_TOO_LARGE', `${file} declares more pixels than Hilum opens safely.`, options)
  if (
    /premature end|truncat|ended|end of file|unexpected end|read error|not enough|Read past|short read/i.test(
      text,
    )
  )
    return new HilumError('IMAGE_TRUNCATED', `${file} ends before its last pixel.`, options)
  return new HilumError('IMAGE_CORRUPT', `${file} is damaged and cannot be opened.`, options)
}

/** Words of a generator's mark in text chunks, comments and EXIF; looked for in the file's metadata parts only. */
function saysSynthetic(metadata: Metadata, bytes: Uint8Array, kind: RasterKind): boolean {
  const texts = (metadata.comments ?? []).map((comment) => `${comment.keyword} ${comment.text}`)
  if (metadata.exif) texts.push(metadata.exif.toString('latin1'))
  if (metadata.xmp) texts.push(metadata.xmp.toString('utf8'))
  if (kind === 'jpeg') texts.push(jpegComments(bytes))
  return texts.some((text) => /\bSYNTHETIC\b|Hilum phantom/.test(text))
}

/** COM segments before the first scan. */
function jpegComments(bytes: Uint8Array): string {
  let out = ''
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xda) break
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
    if (length < 2) break
    if (marker === 0xfe) out += Buffer.from(bytes.subarray(at + 4, at + 2 + length)).toString('latin1')
    at += 2 + length
  }
  return out
}

/**
 * Opens a raster image. EXIF rotation is applied; CMYK becomes RGB; alpha lies on black.
 * @throws HilumError IMAGE_TRUNCATED, IMAGE_CORRUPT, IMAGE_TOO_LARGE
 */
export async function openRaster(name: string, kind: RasterKind, bytes: Uint8Array): Promise<OpenImage> {
  const options = { limitInputPixels: LIMITS.framePixels, failOn: 'warning' as const, sequentialRead: true }
  let metadata: Metadata
  try {
    metadata = await sharp(bytes, options).metadata()
  } catch (error) {
    throw refusal(name, error)
  }
  const depth: Depth = (metadata.depth ?? 'uchar') in DEPTHS ? (metadata.depth as Depth) : 'uchar'
  const { bits, signed, floating, view } = DEPTHS[depth]
  const pages = kind === 'tiff' ? (metadata.pages ?? 1) : 1
  checkSize(name, metadata.height ?? 0, metadata.width ?? 0, (metadata.channels ?? 1) * (bits / 8))
  const grey = metadata.space === 'b-w' || metadata.space === 'grey16' || (metadata.channels ?? 3) <= 2
  const deep = bits > 8
  const turned = (metadata.orientation ?? 1) >= 5
  const frame = async (index: number): Promise<Samples> => {
    let pipeline = sharp(bytes, {
      ...options,
      // A grey radiograph's values are read as they stand, as the model was taught: a profile would change
      // their tone. Only the inks of CMYK mean nothing without one.
      ignoreIcc: metadata.space !== 'cmyk',
      ...(kind === 'tiff' ? { page: index } : {}),
    })
    if ((metadata.orientation ?? 1) > 1) pipeline = pipeline.autoOrient()
    if (metadata.hasAlpha) pipeline = pipeline.flatten({ background: '#000' })
    if (grey) pipeline = deep ? pipeline.toColourspace('grey16') : pipeline.toColourspace('b-w')
    else pipeline = pipeline.toColourspace(deep ? 'rgb16' : 'srgb')
    try {
      const { data, info } = await pipeline.raw({ depth }).toBuffer({ resolveWithObject: true })
      // What the caller was told of rows, columns and colours must hold for the samples.
      if (info.channels !== (grey ? 1 : 3)) throw new Error(`${info.channels} channels came out`)
      const aligned = new Uint8Array(data)
      return new view(aligned.buffer, 0, aligned.byteLength / view.BYTES_PER_ELEMENT)
    } catch (error) {
      throw refusal(name, error)
    }
  }
  return {
    kind,
    rows: (turned ? metadata.width : metadata.height) ?? 0,
    columns: (turned ? metadata.height : metadata.width) ?? 0,
    frames: pages,
    samplesPerPixel: grey ? 1 : 3,
    bitsStored: bits,
    signed,
    floating,
    photometric: grey ? 'MONOCHROME2' : 'RGB',
    warnings: [],
    grey: { modality: { slope: 1, intercept: 0 }, windows: [], inverted: false },
    study: {},
    synthetic: saysSynthetic(metadata, bytes, kind),
    aspect: 1,
    medical: false,
    frame,
  }
}
