/**
 * A small writer of DICOM Part 10 files, Explicit VR Little Endian, for the drawn cases. It writes only what
 * they need: the full range of DICOM is the business of libraries on the reading side.
 */

import { IMPLEMENTATION_UID } from '../uid.js'

type Text = 'AE' | 'AS' | 'CS' | 'DA' | 'DS' | 'IS' | 'LO' | 'LT' | 'PN' | 'SH' | 'ST' | 'TM' | 'UI' | 'UT'
export type Element =
  | { tag: number; vr: Text; value: string }
  | { tag: number; vr: 'US'; value: number | readonly number[] }
  | { tag: number; vr: 'OB' | 'OW'; value: Uint8Array }
  | { tag: number; vr: 'SQ'; value: readonly (readonly Element[])[] }

const LONG_LENGTH = new Set(['OB', 'OW', 'SQ', 'UT'])
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'

/** @param dataset in any order; group 0002 is added. PS3.10 7.1. */
export function dicomFile(dataset: readonly Element[]): Uint8Array {
  const uidOf = (tag: number) => dataset.find((e) => e.tag === tag && e.vr === 'UI')?.value as string
  const meta = encode([
    { tag: 0x00020001, vr: 'OB', value: Uint8Array.of(0, 1) },
    { tag: 0x00020002, vr: 'UI', value: uidOf(0x00080016) },
    { tag: 0x00020003, vr: 'UI', value: uidOf(0x00080018) },
    { tag: 0x00020010, vr: 'UI', value: EXPLICIT_LITTLE_ENDIAN },
    { tag: 0x00020012, vr: 'UI', value: IMPLEMENTATION_UID },
    { tag: 0x00020013, vr: 'SH', value: 'HILUM' },
  ])
  const preamble = Buffer.alloc(132)
  preamble.write('DICM', 128, 'latin1')
  const length = Buffer.alloc(12)
  length.writeUInt16LE(2, 0)
  length.write('UL', 4, 'latin1')
  length.writeUInt16LE(4, 6)
  length.writeUInt32LE(meta.length, 8)
  return Buffer.concat([preamble, length, meta, encode(dataset)])
}

function encode(dataset: readonly Element[]): Buffer {
  const parts: Buffer[] = []
  for (const element of [...dataset].sort((a, b) => a.tag - b.tag)) {
    const body = bodyOf(element)
    const long = LONG_LENGTH.has(element.vr)
    const head = Buffer.alloc(long ? 12 : 8)
    head.writeUInt16LE(element.tag >>> 16, 0)
    head.writeUInt16LE(element.tag & 0xffff, 2)
    head.write(element.vr, 4, 'latin1')
    if (long) head.writeUInt32LE(body.length, 8)
    else head.writeUInt16LE(body.length, 6)
    parts.push(head, body)
  }
  return Buffer.concat(parts)
}

function bodyOf(element: Element): Buffer {
  switch (element.vr) {
    case 'US': {
      const values = typeof element.value === 'number' ? [element.value] : element.value
      const body = Buffer.alloc(values.length * 2)
      values.forEach((value, i) => body.writeUInt16LE(value, i * 2))
      return body
    }
    case 'OB':
    case 'OW':
      return padded(Buffer.from(element.value.buffer, element.value.byteOffset, element.value.byteLength), 0)
    case 'SQ':
      return Buffer.concat(
        element.value.map((item) => {
          const body = encode(item)
          const head = Buffer.alloc(8)
          head.writeUInt16LE(0xfffe, 0)
          head.writeUInt16LE(0xe000, 2)
          head.writeUInt32LE(body.length, 4)
          return Buffer.concat([head, body])
        }),
      )
    default:
      return padded(Buffer.from(element.value, 'utf8'), element.vr === 'UI' ? 0 : 0x20)
  }
}

/** PS3.5 7.1.1: values have even length. */
function padded(body: Buffer, filler: number): Buffer {
  return body.length % 2 === 0 ? body : Buffer.concat([body, Buffer.of(filler)])
}
