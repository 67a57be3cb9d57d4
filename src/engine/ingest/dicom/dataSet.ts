/**
 * DICOM data sets: dicom-parser reads the elements; this file feeds it safely. It throws strings, recurses on
 * nested sequences and inflates without a limit, so the deflated stream is inflated here, nesting is bounded before
 * parsing, and what it throws becomes a place in the file.
 */
import { inflateRawSync, inflateSync } from 'node:zlib'
import * as dicomParser from 'dicom-parser'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import { checkNesting } from './nesting.js'
import { transferSyntax, type TransferSyntax } from './syntaxes.js'

export type Element = dicomParser.Element
export type DicomDataSet = {
  dataSet: dicomParser.DataSet
  /** What the elements' offsets refer to (the inflated stream for a deflated file). */
  bytes: Uint8Array
  syntax: TransferSyntax
  /** UID as the file gives it; absent in a file without meta information. */
  syntaxUid?: string
  sopClassUid?: string
  warnings: string[]
  /** Set when the data set ends or breaks before its end: where and why. */
  broken?: string
}

const hex = (n: number, width: number): string => n.toString(16).toUpperCase().padStart(width, '0')
/** `x00280010` as people write it: (0028,0010). */
export function tagName(tag: string): string {
  return `(${tag.slice(1, 5).toUpperCase()},${tag.slice(5, 9).toUpperCase()})`
}

type Meta = { end: number; syntaxUid?: string; sopClassUid?: string }

/** File meta information (PS3.10 clause 7.1): explicit VR little endian elements of group 0002. */
function readMeta(bytes: Uint8Array, start: number): Meta {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const meta: Meta = { end: start }
  let at = start
  while (at + 8 <= bytes.length && view.getUint16(at, true) === 0x0002) {
    const element = view.getUint16(at + 2, true)
    const vr = String.fromCharCode(bytes[at + 4] as number, bytes[at + 5] as number)
    let length: number
    let value: number
    if (/^(OB|OD|OF|OL|OV|OW|SQ|UC|UN|UR|UT|SV|UV)$/.test(vr)) {
      if (at + 12 > bytes.length) break
      length = view.getUint32(at + 8, true)
      value = at + 12
    } else if (/^[A-Z]{2}$/.test(vr)) {
      length = view.getUint16(at + 6, true)
      value = at + 8
    } else {
      // Some writers code even the meta information implicitly.
      length = view.getUint32(at + 4, true)
      value = at + 8
    }
    if (value + length > bytes.length)
      throw new HilumError('DICOM_CORRUPT', undefined, {
        detail: `file meta element (0002,${hex(element, 4)}) at byte ${at} reaches beyond the end of the file`,
      })
    const text = Buffer.from(bytes.subarray(value, value + length))
      .toString('latin1')
      .replace(/[\0 ]+$/, '')
    if (element === 0x0010) meta.syntaxUid = text
    if (element === 0x0002) meta.sopClassUid = text
    at = value + length
    meta.end = at
  }
  return meta
}

/** Guesses the coding of a data set whose file does not say it, from its first element. */
function guessSyntax(bytes: Uint8Array, start: number): TransferSyntax {
  const named = (uid: string): TransferSyntax => transferSyntax(uid) as TransferSyntax
  const vr = String.fromCharCode(bytes[start + 4] ?? 0, bytes[start + 5] ?? 0)
  const explicit = /^[A-Z]{2}$/.test(vr)
  // The first group is small: in big endian its first byte is zero.
  const big = (bytes[start] ?? 0) === 0 && (bytes[start + 1] ?? 0) !== 0
  if (!explicit) return named('1.2.840.10008.1.2')
  return named(big ? '1.2.840.10008.1.2.2' : '1.2.840.10008.1.2.1')
}

function inflate(bytes: Uint8Array): Uint8Array {
  const allowed = Math.max(LIMITS.bombFloorBytes, bytes.length * LIMITS.bombRatio)
  // Large chunks: with the default of 16 KB a bomb takes seconds to be found out.
  const options = { maxOutputLength: Math.min(allowed, LIMITS.fileBytes), chunkSize: 1024 * 1024 }
  const tried: unknown[] = []
  // PS3.5 A.5 wants a raw deflate stream; some writers add the zlib header.
  for (const unpack of [inflateRawSync, inflateSync]) {
    try {
      return unpack(bytes, { ...options, finishFlush: 2 })
    } catch (error) {
      if (error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
        throw new HilumError('IMAGE_BOMB', undefined, {
          detail: `${bytes.length} bytes of deflated data unpack to more than ${options.maxOutputLength}`,
          cause: error,
        })
      tried.push(error)
    }
  }
  throw new HilumError('DICOM_CORRUPT', undefined, {
    detail: 'the deflated data set does not unpack',
    cause: tried[0],
  })
}

/** VRs with a 32-bit length that dicom-parser does not know. */
const LONG_VRS = new Set(['OV', 'SV', 'UV'])

function readTopLevel(
  bytes: Uint8Array,
  start: number,
  syntax: TransferSyntax,
  warnings: string[],
): { dataSet: dicomParser.DataSet; broken?: string } {
  const parser = syntax.littleEndian
    ? dicomParser.littleEndianByteArrayParser
    : dicomParser.bigEndianByteArrayParser
  const stream = new dicomParser.ByteStream(parser, bytes, start)
  stream.warnings = warnings
  // The library's typings leave out the constructor.
  const DataSet = (dicomParser as unknown as { DataSet: DataSetConstructor }).DataSet
  const dataSet = new DataSet(parser, bytes, {})
  let last = 'the beginning'
  while (stream.position + 8 <= bytes.length) {
    const at = stream.position
    try {
      const element = readElement(stream, bytes, syntax, warnings)
      if (element.tag === 'xfffcfffc') continue
      if (element.tag.startsWith('xfffe'))
        // Bytes before it are missing or doubled: what else is wrong cannot be known.
        throw new HilumError('DICOM_CORRUPT', 'The structure of this DICOM file is damaged.', {
          detail: `the delimiter ${tagName(element.tag)} at byte ${at}, after ${last}, belongs to no sequence`,
        })
      if (element.dataOffset + element.length > bytes.length && !element.hadUndefinedLength) {
        dataSet.elements[element.tag] = element
        const missing = element.dataOffset + element.length - bytes.length
        return {
          dataSet,
          broken: `element ${tagName(element.tag)} at byte ${at} reaches ${missing} bytes beyond the end of the file`,
        }
      }
      dataSet.elements[element.tag] = element
      last = tagName(element.tag)
    } catch (error) {
      if (error instanceof HilumError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      return { dataSet, broken: `after ${last}, at byte ${at}: ${reason.slice(0, 200)}` }
    }
  }
  return { dataSet }
}
type DataSetConstructor = new (
  parser: dicomParser.ByteArrayParser,
  bytes: Uint8Array,
  elements: Record<string, Element>,
) => dicomParser.DataSet

/** One top-level element; the position ends after it. Fixed lengths beyond the file are returned as they are. */
function readElement(
  stream: dicomParser.ByteStream,
  bytes: Uint8Array,
  syntax: TransferSyntax,
  warnings: string[],
): Element {
  const at = stream.position
  const parser = stream.byteArrayParser
  const group = parser.readUint16(bytes, at)
  const number = parser.readUint16(bytes, at + 2)
  const tag = `x${hex(group, 4).toLowerCase()}${hex(number, 4).toLowerCase()}`
  let vr: string | undefined
  let header = 8
  let length: number
  if (syntax.explicit && group !== 0xfffe) {
    vr = String.fromCharCode(bytes[at + 4] as number, bytes[at + 5] as number)
    const long = LONG_VRS.has(vr) || /^(OB|OD|OL|OW|SQ|OF|UC|UR|UT|UN)$/.test(vr)
    header = long ? 12 : 8
    if (at + header > bytes.length) throw new Error('the header of an element is cut off')
    length = long ? parser.readUint32(bytes, at + 8) : parser.readUint16(bytes, at + 6)
  } else length = parser.readUint32(bytes, at + 4)
  const beyond = length !== 0xffff_ffff && at + header + length > bytes.length
  if (beyond || (vr !== undefined && LONG_VRS.has(vr)) || group === 0xfffe) {
    const step = group === 0xfffe && length === 0xffff_ffff ? 0 : length
    stream.position = Math.min(bytes.length, at + header + step)
    return { tag, ...(vr === undefined ? {} : { vr }), length, dataOffset: at + header }
  }
  if (syntax.explicit) return dicomParser.readDicomElementExplicit(stream, warnings)
  if (tag === 'x7fe00010' && length === 0xffff_ffff) return readImplicitFragments(stream, at, warnings)
  return dicomParser.readDicomElementImplicit(stream)
}

/**
 * Encapsulated pixel data in a data set of implicit VR. The standard knows compressed pixels with explicit VR only
 * (PS3.5 A.4); some writers name a compressed syntax and write the elements implicitly all the same.
 */
function readImplicitFragments(stream: dicomParser.ByteStream, at: number, warnings: string[]): Element {
  const element: Element = {
    tag: 'x7fe00010',
    length: 0xffff_ffff,
    dataOffset: at + 8,
    hadUndefinedLength: true,
  }
  stream.position = element.dataOffset
  dicomParser.findEndOfEncapsulatedElement(stream, element, warnings)
  return element
}

/**
 * Parses a DICOM file, with or without preamble and meta information.
 * @throws HilumError DICOM_CORRUPT, DICOM_UNSUPPORTED, IMAGE_BOMB
 */
export function parseDicom(bytes: Uint8Array): DicomDataSet {
  const warnings: string[] = []
  const magic = (at: number): boolean => Buffer.from(bytes.subarray(at, at + 4)).toString('latin1') === 'DICM'
  let start = 0
  if (magic(128)) start = 132
  else if (magic(0)) start = 4
  else warnings.push('The file lacks the DICOM preamble.')
  const meta = readMeta(bytes, start)
  if (meta.end === start) warnings.push('The file lacks DICOM meta information.')
  let syntax = meta.syntaxUid === undefined ? undefined : transferSyntax(meta.syntaxUid)
  if (meta.syntaxUid !== undefined && !syntax) {
    throw new HilumError('DICOM_UNSUPPORTED', undefined, {
      detail: `transfer syntax ${meta.syntaxUid.replace(/[^\x20-\x7e]/g, '?').slice(0, 80)}`,
    })
  }
  let data = bytes
  let from = meta.end
  if (syntax?.deflated) {
    data = inflate(bytes.subarray(meta.end))
    from = 0
  }
  if (!syntax) {
    syntax = guessSyntax(data, from)
    warnings.push(`The file does not say its transfer syntax; ${syntax.name} was assumed.`)
  } else if (!syntax.deflated && data.length - from >= 8) {
    // A writer that names explicit VR and writes implicit, or the other way, is believed by its bytes.
    const seen = guessSyntax(data, from)
    if (seen.explicit !== syntax.explicit && syntax.littleEndian) {
      syntax = { ...syntax, explicit: seen.explicit }
      warnings.push('The data set is not coded as its transfer syntax says.')
    }
  }
  if (data.length - from < 8)
    throw new HilumError('DICOM_CORRUPT', 'The DICOM file holds no readable elements.', {
      detail: `the data set has ${Math.max(0, data.length - from)} bytes`,
    })
  checkNesting(data, from, syntax)
  const { dataSet, broken } = readTopLevel(data, from, syntax, [])
  if (broken !== undefined) warnings.push(`The data set is damaged: ${broken}.`)
  return {
    dataSet,
    bytes: data,
    syntax,
    warnings,
    ...(meta.syntaxUid === undefined ? {} : { syntaxUid: meta.syntaxUid }),
    ...(meta.sopClassUid === undefined ? {} : { sopClassUid: meta.sopClassUid }),
    ...(broken === undefined ? {} : { broken }),
  }
}
