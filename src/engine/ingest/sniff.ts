/** What bytes are, by their content; a name is only believed when it agrees. */
import { basename, extname } from 'node:path'
import { HilumError } from '@shared/errors.js'

export type Kind =
  'dicom' | 'png' | 'jpeg' | 'tiff' | 'bmp' | 'zip' | 'gzip' | 'pdf' | 'webp' | 'gif' | 'text' | 'unknown'

const starts = (bytes: Uint8Array, ...magic: number[]): boolean =>
  magic.every((byte, at) => bytes[at] === byte)
const ascii = (bytes: Uint8Array, at: number, text: string): boolean =>
  [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0))

/** A data set without preamble: a low even group, and an explicit VR or a plausible implicit length. */
function looksLikeBareDicom(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const groups = [0x0002, 0x0008]
  for (const little of [true, false]) {
    if (!groups.includes(view.getUint16(0, little))) continue
    if (view.getUint16(2, little) > 0x2000) continue
    const vr = String.fromCharCode(bytes[4] ?? 0, bytes[5] ?? 0)
    if (/^(AE|AS|AT|CS|DA|DS|DT|FL|FD|IS|LO|LT|OB|OW|PN|SH|SL|SQ|SS|ST|TM|UI|UL|UN|US|UT)$/.test(vr))
      return true
    if (little && view.getUint32(4, true) <= 1024) return true
  }
  return false
}

function looksLikeText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 2048)
  let control = 0
  for (const byte of head) {
    if (byte === 0) return false
    if (byte < 9 || (byte > 13 && byte < 32)) control++
  }
  return head.length > 0 && control === 0
}

/** The kind of the bytes by magic numbers; the head of a file (some kilobytes) is enough. */
export function sniff(bytes: Uint8Array): Kind {
  if (ascii(bytes, 128, 'DICM')) return 'dicom'
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  if (starts(bytes, 0xff, 0xd8, 0xff)) return 'jpeg'
  if (starts(bytes, 0x49, 0x49, 0x2a, 0) || starts(bytes, 0x4d, 0x4d, 0, 0x2a)) return 'tiff'
  if (starts(bytes, 0x49, 0x49, 0x2b, 0) || starts(bytes, 0x4d, 0x4d, 0, 0x2b)) return 'tiff'
  if (ascii(bytes, 0, 'BM') && bytes.length >= 26 && (bytes[14] ?? 0) >= 12 && bytes[15] === 0) return 'bmp'
  if (ascii(bytes, 0, 'PK\u0003\u0004') || ascii(bytes, 0, 'PK\u0005\u0006')) return 'zip'
  if (starts(bytes, 0x1f, 0x8b)) return 'gzip'
  if (ascii(bytes, 0, '%PDF-')) return 'pdf'
  if (ascii(bytes, 0, 'RIFF') && ascii(bytes, 8, 'WEBP')) return 'webp'
  if (ascii(bytes, 0, 'GIF8')) return 'gif'
  if (ascii(bytes, 0, 'DICM') || looksLikeBareDicom(bytes)) return 'dicom'
  return looksLikeText(bytes) ? 'text' : 'unknown'
}

const WORDS: Record<Kind, string> = {
  dicom: 'a DICOM file',
  png: 'a PNG picture',
  jpeg: 'a JPEG picture',
  tiff: 'a TIFF picture',
  bmp: 'a BMP picture',
  zip: 'a ZIP archive',
  gzip: 'a gzip archive',
  pdf: 'a PDF document',
  webp: 'a WebP picture',
  gif: 'a GIF picture',
  text: 'a text file',
  unknown: 'of a kind Hilum does not know',
}
const NAMED: Record<string, Kind> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.tif': 'tiff',
  '.tiff': 'tiff',
  '.bmp': 'bmp',
  '.dcm': 'dicom',
  '.dicom': 'dicom',
  '.zip': 'zip',
  '.npz': 'zip',
}

/** The refusal of bytes that are no image, in a sentence that names the file and what it is. */
export function notAnImage(name: string, bytes: Uint8Array): HilumError {
  const file = basename(name)
  if (bytes.length === 0) return new HilumError('FILE_EMPTY', `${file} is empty, so it was left out.`)
  const kind = sniff(bytes)
  const promised = NAMED[extname(file).toLowerCase()]
  if (promised && promised !== kind)
    return new HilumError('FORMAT_MISMATCH', `${file} is ${WORDS[kind]}, so it was left out.`)
  return new HilumError(
    'FORMAT_UNKNOWN',
    `${file} is ${WORDS[kind]}, so it was left out.`,
    kind === 'zip' ? { remedy: 'Unpack it, and open what it holds.' } : {},
  )
}
