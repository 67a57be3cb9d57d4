import { describe, expect, it } from 'vitest'
import { openDicom } from './image.js'
import { listTags } from './tags.js'
import type { Samples } from '../../imaging/samples.js'

const IMPLICIT = '1.2.840.10008.1.2'
const us = (...values: number[]): Buffer => Buffer.from(Uint16Array.from(values).buffer)
const even = (text: string): Buffer => Buffer.from(text.length % 2 ? `${text}\0` : text, 'latin1')

function implicitElement(tag: number, value: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(tag >>> 16, 0)
  head.writeUInt16LE(tag & 0xffff, 2)
  head.writeUInt32LE(value.length, 4)
  return Buffer.concat([head, value])
}

/** A file of 4 x 2 signed pixels in 16 bits, implicit VR little endian; `change` replaces or adds elements. */
function implicitFile(change: Record<number, Buffer> = {}): Uint8Array {
  const uid = even(IMPLICIT)
  const syntax = Buffer.concat([Buffer.from([0x02, 0x00, 0x10, 0x00, 0x55, 0x49]), us(uid.length), uid])
  const size = Buffer.alloc(4)
  size.writeUInt32LE(syntax.length)
  const meta = Buffer.concat([Buffer.from([0x02, 0x00, 0x00, 0x00, 0x55, 0x4c, 4, 0]), size, syntax])
  const elements: Record<number, Buffer> = {
    0x00100020: even('P1'),
    0x00280002: us(1),
    0x00280004: even('MONOCHROME2'),
    0x00280010: us(2),
    0x00280011: us(4),
    0x00280100: us(16),
    0x00280101: us(16),
    0x00280102: us(15),
    0x00280103: us(1),
    0x00280106: us(-5),
    0x7fe00010: Buffer.alloc(16, 1),
    ...change,
  }
  const sorted = Object.entries(elements).sort(([a], [b]) => Number(a) - Number(b))
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    meta,
    ...sorted.map(([tag, value]) => implicitElement(Number(tag), value)),
  ])
}

describe('tags of an implicit VR file', () => {
  it('are read with the VR of the dictionary, signed where the samples are', () => {
    const tags = new Map(
      listTags(implicitFile()).map(({ keyword, vr, value }) => [keyword, `${vr} ${value}`]),
    )
    expect(Object.fromEntries(tags)).toMatchObject({
      PatientID: 'LO P1',
      SamplesPerPixel: 'US 1',
      Rows: 'US 2',
      Columns: 'US 4',
      BitsAllocated: 'US 16',
      BitsStored: 'US 16',
      HighBit: 'US 15',
      PixelRepresentation: 'US 1',
      SmallestImagePixelValue: 'SS -5',
      PixelData: 'OW 16 bytes',
    })
    expect([...tags.values()].join()).not.toContain('NaN')
  })
})

describe('a header that contradicts its pixels', () => {
  const warned = (change: Record<number, Buffer>): string[] =>
    openDicom('a.dcm', implicitFile(change)).warnings

  it('says nothing of a sound file', () => {
    expect(warned({})).toEqual([])
  })
  it('cautions where the pixel data is longer than rows and columns say', () => {
    expect(warned({ 0x00280010: us(1) }).join()).toMatch(/longer than 4 x 1 pixels.*lengths may be wrong/)
  })
  it('refuses pixel data that is shorter', () => {
    expect(() => warned({ 0x00280010: us(4) })).toThrow(expect.objectContaining({ code: 'IMAGE_TRUNCATED' }))
  })
  it('cautions on more bits stored than allocated', () => {
    expect(warned({ 0x00280101: us(20), 0x00280102: us(19) }).join()).toContain('Bits Stored is 20')
  })
  it('refuses a high bit elsewhere where samples lie at both places or none, and cautions where all bits are stored', () => {
    const corrupt = expect.objectContaining({ code: 'DICOM_CORRUPT' }) as Error
    const both = us(0x1001, 0x8010, 0xffff, 7, 0x1001, 0x8010, 0xffff, 7)
    expect(() => warned({ 0x00280101: us(12), 0x7fe00010: both })).toThrow(corrupt)
    expect(() => warned({ 0x00280101: us(12), 0x00280102: us(9) })).toThrow(corrupt)
    expect(warned({ 0x00280102: us(7) }).join()).toContain('High Bit is 7')
  })
  it('reads samples that lie higher in their words, as files of before 2014 may hold them', async () => {
    const values = [0, 1, 2048, 4095, 5, 6, 7, 8]
    const file = (words: number[], change: Record<number, Buffer> = {}): Promise<Samples> =>
      openDicom(
        'a.dcm',
        implicitFile({
          0x00280101: us(12),
          0x00280103: us(0),
          0x7fe00010: us(...words),
          ...change,
        }),
      ).frame(0)
    expect([...(await file(values.map((value) => value << 4)))]).toEqual(values)
    // With a sign, with overlays below, and with a High Bit that errs over samples in the low bits.
    const signed = values.map((value) => (value << 20) >> 20)
    expect([
      ...(await file(
        values.map((value) => value << 4),
        { 0x00280103: us(1) },
      )),
    ]).toEqual(signed)
    const overlaid = values.map((value, i) => (value << 4) | (i & 1))
    expect([...(await file(overlaid, { 0x60000102: us(0) }))]).toEqual(values)
    expect([...(await file(values))]).toEqual(values)
  })
  it('cautions on an unknown grey interpretation and refuses an unknown colour', () => {
    expect(warned({ 0x00280004: even('FOOBAR') }).join()).toContain('FOOBAR')
    expect(() =>
      warned({ 0x00280004: even('FOOBAR'), 0x00280002: us(3), 0x00280011: us(1), 0x00280010: us(2) }),
    ).toThrow(expect.objectContaining({ code: 'DICOM_CORRUPT' }))
  })
  it('cautions on a window that is no number', () => {
    expect(warned({ 0x00281050: even('abc'), 0x00281051: even('400') }).join()).toContain('Window 1')
  })
})
