/** A small DICOM writer for fixtures: every byte of a test file is made here. */
import { deflateRawSync } from 'node:zlib'

export type Value = string | number | number[] | Uint8Array | Field[][]
export type Field = { tag: number; vr: string; value: Value }
export type WriteOptions = {
  syntax: string
  /** Preamble and `DICM`. */
  preamble?: boolean
  meta?: boolean
  fields: Field[]
  /** Compressed frames; each becomes one or more fragments. */
  frames?: Uint8Array[]
  /** Fragments a frame; 1 by default. */
  fragments?: number
  /** Whether the basic offset table is filled. */
  offsets?: boolean
  /** Writes the elements with implicit VR whatever the syntax says, as some writers do. */
  implicit?: boolean
}

const LONG = /^(OB|OD|OF|OL|OV|OW|SQ|UC|UN|UR|UT)$/
const SIZES: Record<string, number> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8, AT: 2 }

function valueBytes(field: Field, little: boolean, explicit: boolean): Buffer {
  const { vr, value } = field
  if (value instanceof Uint8Array) return pad(Buffer.from(value), 0)
  if (typeof value === 'string') return pad(Buffer.from(value, 'latin1'), vr === 'UI' ? 0 : 32)
  const size = SIZES[vr]
  if (size !== undefined) {
    const numbers = typeof value === 'number' ? [value] : (value as number[])
    const out = Buffer.alloc(numbers.length * size)
    for (const [i, n] of numbers.entries()) {
      const at = i * size
      if (vr === 'FL')
        if (little) out.writeFloatLE(n, at)
        else out.writeFloatBE(n, at)
      else if (vr === 'FD')
        if (little) out.writeDoubleLE(n, at)
        else out.writeDoubleBE(n, at)
      else {
        const unsigned = n < 0 ? n + 2 ** (size * 8) : n
        if (little) out.writeUIntLE(unsigned, at, size)
        else out.writeUIntBE(unsigned, at, size)
      }
    }
    return out
  }
  if (typeof value === 'number') return pad(Buffer.from(String(value), 'latin1'), 32)
  return Buffer.concat(
    (value as Field[][]).map((item) => {
      const body = elements(item, little, explicit)
      return Buffer.concat([header(0xfffee000, '', body.length, little, false), body])
    }),
  )
}

function pad(bytes: Buffer, filler: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([filler])])
}

export function header(tag: number, vr: string, length: number, little: boolean, explicit: boolean): Buffer {
  const long = explicit && LONG.test(vr)
  const out = Buffer.alloc(long ? 12 : 8)
  const u16 = (n: number, at: number): void =>
    void (little ? out.writeUInt16LE(n, at) : out.writeUInt16BE(n, at))
  const u32 = (n: number, at: number): void =>
    void (little ? out.writeUInt32LE(n, at) : out.writeUInt32BE(n, at))
  u16(tag >>> 16, 0)
  u16(tag & 0xffff, 2)
  if (!explicit) u32(length, 4)
  else {
    out.write(vr, 4, 'latin1')
    if (long) u32(length, 8)
    else u16(length, 6)
  }
  return out
}

export function elements(fields: readonly Field[], little: boolean, explicit: boolean): Buffer {
  return Buffer.concat(
    [...fields]
      .sort((a, b) => a.tag - b.tag)
      .flatMap((field) => {
        const body = valueBytes(field, little, explicit)
        return [header(field.tag, field.vr, body.length, little, explicit), body]
      }),
  )
}

function encapsulated(
  frames: readonly Uint8Array[],
  pieces: number,
  offsets: boolean,
  explicit: boolean,
): Buffer {
  const parts: Buffer[] = []
  const starts: number[] = []
  let at = 0
  for (const frame of frames) {
    starts.push(at)
    const size = Math.ceil(frame.length / pieces / 2) * 2
    for (let from = 0; from < frame.length; from += size) {
      const body = pad(Buffer.from(frame.subarray(from, from + size)), 0)
      parts.push(header(0xfffee000, '', body.length, true, false), body)
      at += 8 + body.length
    }
  }
  const table = Buffer.alloc(offsets ? starts.length * 4 : 0)
  if (offsets) starts.forEach((start, i) => table.writeUInt32LE(start, i * 4))
  return Buffer.concat([
    header(0x7fe00010, 'OB', 0xffffffff, true, explicit),
    header(0xfffee000, '', table.length, true, false),
    table,
    ...parts,
    header(0xfffee0dd, '', 0, true, false),
  ])
}

/** A whole DICOM file. */
export function writeDicom(options: WriteOptions): Uint8Array {
  const { syntax, fields, frames, preamble = true, meta = true } = options
  const little = syntax !== '1.2.840.10008.1.2.2'
  const explicit = options.implicit !== true && syntax !== '1.2.840.10008.1.2'
  let body = elements(fields, little, explicit)
  if (frames)
    body = Buffer.concat([
      body,
      encapsulated(frames, options.fragments ?? 1, options.offsets ?? true, explicit),
    ])
  if (syntax.endsWith('1.99')) body = deflateRawSync(body)
  const group = elements(
    [
      { tag: 0x00020001, vr: 'OB', value: Uint8Array.of(0, 1) },
      { tag: 0x00020002, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.1.1' },
      { tag: 0x00020003, vr: 'UI', value: '2.25.1234567890' },
      { tag: 0x00020010, vr: 'UI', value: syntax },
      { tag: 0x00020012, vr: 'UI', value: '2.25.42' },
    ],
    true,
    true,
  )
  const length = elements([{ tag: 0x00020000, vr: 'UL', value: group.length }], true, true)
  return new Uint8Array(
    Buffer.concat([
      ...(preamble ? [Buffer.alloc(128), Buffer.from('DICM')] : []),
      ...(meta ? [length, group] : []),
      body,
    ]),
  )
}

export type Picture = {
  rows: number
  columns: number
  samplesPerPixel?: number
  bitsAllocated: number
  bitsStored: number
  signed?: boolean
  photometric?: string
  frames?: number
  planar?: number
}

/** Image pixel module and a little of the others, to which a test adds its own. */
export function pictureFields(picture: Picture, more: Field[] = []): Field[] {
  const own = new Set(more.map((field) => field.tag))
  const fields: Field[] = [
    { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.1.1' },
    { tag: 0x00080018, vr: 'UI', value: '2.25.1234567890' },
    { tag: 0x00080060, vr: 'CS', value: 'DX' },
    { tag: 0x0020000d, vr: 'UI', value: '2.25.1' },
    { tag: 0x0020000e, vr: 'UI', value: '2.25.2' },
    { tag: 0x00280002, vr: 'US', value: picture.samplesPerPixel ?? 1 },
    { tag: 0x00280004, vr: 'CS', value: picture.photometric ?? 'MONOCHROME2' },
    { tag: 0x00280010, vr: 'US', value: picture.rows },
    { tag: 0x00280011, vr: 'US', value: picture.columns },
    { tag: 0x00280100, vr: 'US', value: picture.bitsAllocated },
    { tag: 0x00280101, vr: 'US', value: picture.bitsStored },
    { tag: 0x00280102, vr: 'US', value: picture.bitsStored - 1 },
    { tag: 0x00280103, vr: 'US', value: picture.signed === true ? 1 : 0 },
  ]
  if (picture.frames !== undefined) fields.push({ tag: 0x00280008, vr: 'IS', value: String(picture.frames) })
  if (picture.samplesPerPixel === 3) fields.push({ tag: 0x00280006, vr: 'US', value: picture.planar ?? 0 })
  return [...fields.filter((field) => !own.has(field.tag)), ...more]
}

/** PackBits segments of one frame, most significant byte plane first (PS3.5 Annex G). */
export function encodeRle(samples: Uint8Array | Uint16Array, samplesPerPixel: number): Uint8Array {
  const width = samples.BYTES_PER_ELEMENT
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
  const pixels = samples.length / samplesPerPixel
  const segments: Buffer[] = []
  for (let sample = 0; sample < samplesPerPixel; sample++)
    for (let byte = width - 1; byte >= 0; byte--) {
      const plane = Uint8Array.from(
        { length: pixels },
        (_, i) => bytes[(i * samplesPerPixel + sample) * width + byte] as number,
      )
      segments.push(packBits(plane))
    }
  const head = Buffer.alloc(64)
  head.writeUInt32LE(segments.length, 0)
  let at = 64
  segments.forEach((segment, i) => {
    head.writeUInt32LE(at, 4 + i * 4)
    at += segment.length
  })
  return new Uint8Array(Buffer.concat([head, ...segments]))
}

function packBits(plane: Uint8Array): Buffer {
  const out: number[] = []
  let at = 0
  while (at < plane.length) {
    let run = 1
    while (run < 128 && at + run < plane.length && plane[at + run] === plane[at]) run++
    if (run > 2) {
      out.push(257 - run, plane[at] as number)
      at += run
      continue
    }
    const start = at
    while (at < plane.length && at - start < 128) {
      if (at + 2 < plane.length && plane[at] === plane[at + 1] && plane[at] === plane[at + 2]) break
      at++
    }
    out.push(at - start - 1, ...plane.subarray(start, at))
  }
  if (out.length % 2 === 1) out.push(0)
  return Buffer.from(out)
}
