/** Kinds of files that are rare and sound, and that readers are known to get wrong. Truth is what was written, not another reader. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toDisplay, toRgb8 } from '../../src/engine/imaging/display.js'
import { atFrame } from '../../src/engine/imaging/samples.js'
import { toViewerFrame } from '../../src/engine/imaging/viewerFrame.js'
import { openDicom } from '../../src/engine/ingest/dicom/image.js'
import { pictureFields, writeDicom, type Field, type Picture } from './writeDicom.js'

const SYNTAX = '1.2.840.10008.1.2'
const EXPLICIT = `${SYNTAX}.1`
const BIG = `${SYNTAX}.2`
const UNCOMPRESSED_FRAMES = `${SYNTAX}.1.98`
const bytes = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer.slice(0) as ArrayBuffer, values.byteOffset, values.byteLength)
const pixels = (value: Uint8Array, vr = 'OW'): Field => ({ tag: 0x7fe00010, vr, value })
const swapped = (value: Uint8Array): Uint8Array => new Uint8Array(Buffer.from(value).swap16())
const file = (syntax: string, picture: Picture, fields: Field[]): Uint8Array =>
  writeDicom({ syntax, fields: pictureFields(picture, fields) })
const ds = (tag: number, value: string): Field => ({ tag, vr: 'DS', value })
const shown = async (data: Uint8Array, frame = 0): Promise<number[]> => {
  const open = openDicom('x', data)
  return [...toDisplay(atFrame(open, frame), await open.frame(frame)).values]
}

describe('colour', () => {
  it('YBR of 8 to 16 bits becomes RGB, by pixel and by plane', async () => {
    for (const bits of [8, 12, 16]) {
      const [zero, top] = [2 ** (bits - 1), 2 ** bits - 1]
      // Black, white, and a red that leaves the range at both ends.
      const ybr = [0, zero, zero, top, zero, zero, zero, zero, top, zero, 0, zero]
      const byPlane = [0, 1, 2].flatMap((channel) => ybr.filter((_, i) => i % 3 === channel))
      for (const planar of [0, 1]) {
        const values = planar === 1 ? byPlane : ybr
        const wide = bits > 8
        const data = wide ? Uint16Array.from(values) : Uint8Array.from(values)
        const picture = {
          rows: 2,
          columns: 2,
          bitsAllocated: wide ? 16 : 8,
          bitsStored: bits,
          samplesPerPixel: 3,
          photometric: 'YBR_FULL',
          planar,
        }
        const open = openDicom('x', file(EXPLICIT, picture, [pixels(bytes(data), wide ? 'OW' : 'OB')]))
        const rgb = [...(await open.frame(0))]
        expect(rgb.slice(0, 7)).toEqual([0, 0, 0, top, top, top, top])
        expect(rgb[7]).toBeCloseTo(zero - 0.714136 * (zero - 1), -0.5)
        expect([rgb[9], rgb[11]]).toEqual([zero, 0])
      }
    }
  })

  it('frames that are encapsulated and uncompressed keep their planes and colour space', async () => {
    const picture = { rows: 2, columns: 2, bitsAllocated: 8, bitsStored: 8, samplesPerPixel: 3, frames: 2 }
    const planes = Uint8Array.of(1, 2, 3, 4, 50, 60, 70, 80, 90, 100, 110, 120)
    const fields = pictureFields({ ...picture, planar: 1, photometric: 'RGB' })
    const open = openDicom(
      'x',
      writeDicom({ syntax: UNCOMPRESSED_FRAMES, fields, frames: [planes, planes.map((v) => 255 - v)] }),
    )
    expect([...(await open.frame(0))]).toEqual([1, 50, 90, 2, 60, 100, 3, 70, 110, 4, 80, 120])
    expect((await open.frame(1))[0]).toBe(254)
    const ybr = pictureFields({ ...picture, frames: 1, photometric: 'YBR_FULL' })
    const white = Uint8Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 255 : 128))
    const other = openDicom('x', writeDicom({ syntax: UNCOMPRESSED_FRAMES, fields: ybr, frames: [white] }))
    expect([...(await other.frame(0))]).toEqual(Array(12).fill(255))
  })
})

describe('tables', () => {
  it('with one byte an entry are read from the words of a big-endian file', async () => {
    const table = Uint8Array.from({ length: 256 }, (_, i) => (i * i) >> 8)
    const index = Uint8Array.of(0, 1, 2, 3, 254, 255)
    const shape = { rows: 2, columns: 3, bitsAllocated: 8, bitsStored: 8 }
    const palette = [0, 1, 2].flatMap((i): Field[] => [
      { tag: 0x00281101 + i, vr: 'US', value: [256, 0, 8] },
      { tag: 0x00281201 + i, vr: 'OW', value: swapped(table) },
    ])
    const coloured = openDicom(
      'x',
      file(BIG, { ...shape, photometric: 'PALETTE COLOR' }, [...palette, pixels(index, 'OB')]),
    )
    const rgb = toRgb8(coloured, await coloured.frame(0)) as Uint8Array
    expect([...rgb].filter((_, i) => i % 3 === 0)).toEqual([...index].map((i) => table[i]))
    const lut: Field = {
      tag: 0x00283010,
      vr: 'SQ',
      value: [
        [
          { tag: 0x00283002, vr: 'US', value: [256, 0, 8] },
          { tag: 0x00283006, vr: 'OW', value: swapped(table) },
        ],
      ],
    }
    expect(await shown(file(BIG, shape, [lut, pixels(index, 'OB')]))).toEqual(
      [...index].map((i) => (table[i] as number) * 257),
    )
  })

  it('begin below zero where a falling slope makes all modality values negative', async () => {
    const lut: Field = {
      tag: 0x00283010,
      vr: 'SQ',
      value: [
        [
          { tag: 0x00283002, vr: 'SS', value: [4, -3, 16] },
          { tag: 0x00283006, vr: 'US', value: [0, 20_000, 40_000, 65_535] },
        ],
      ],
    }
    const picture = { rows: 2, columns: 2, bitsAllocated: 16, bitsStored: 12 }
    const fields = [lut, ds(0x00281052, '0'), ds(0x00281053, '-1'), pixels(bytes(Uint16Array.of(0, 1, 2, 3)))]
    expect(await shown(file(EXPLICIT, picture, fields))).toEqual([65_535, 40_000, 20_000, 0])
  })
})

describe('grey parameters', () => {
  it('of each frame are its own', async () => {
    const group = (slope: string, center: string): Field[] => [
      { tag: 0x00289145, vr: 'SQ', value: [[ds(0x00281052, '0'), ds(0x00281053, slope)]] },
      { tag: 0x00289132, vr: 'SQ', value: [[ds(0x00281050, center), ds(0x00281051, '101')]] },
    ]
    const picture = { rows: 1, columns: 3, bitsAllocated: 16, bitsStored: 12, frames: 2 }
    const groups: Field = { tag: 0x52009230, vr: 'SQ', value: [group('1', '50.5'), group('10', '1000.5')] }
    const data = file(EXPLICIT, picture, [groups, pixels(bytes(Uint16Array.of(0, 50, 100, 95, 100, 105)))])
    expect(await shown(data, 0)).toEqual([0, 32_768, 65_535])
    expect(await shown(data, 1)).toEqual([0, 32_768, 65_535])
  })

  it('keep a range of padding out of the picture, for the eye as for the encoder', async () => {
    const us = (tag: number, value: number): Field => ({ tag, vr: 'US', value })
    const picture = { rows: 1, columns: 6, bitsAllocated: 16, bitsStored: 12 }
    const values = Uint16Array.of(0, 5, 10, 11, 500, 1000)
    const inverse = { ...picture, photometric: 'MONOCHROME1' }
    const fields: Field[] = [
      us(0x00280120, 0),
      us(0x00280121, 10),
      ds(0x00281050, '0.5'),
      ds(0x00281051, '2'),
      { tag: 0x00281056, vr: 'CS', value: 'LINEAR_EXACT' },
    ]
    // The slope makes steps far below one: only the padding may be taken for it.
    const data = file(EXPLICIT, inverse, [
      ...fields,
      ds(0x00281052, '0'),
      ds(0x00281053, '0.001'),
      pixels(bytes(values)),
    ])
    const open = openDicom('x', data)
    const frame = toViewerFrame(open, await open.frame(0), 0, undefined)
    const stored = new Uint16Array(frame.pixels.buffer, frame.pixels.byteOffset, 6)
    const { low = 0, high = 0 } = frame.pixelPadding ?? {}
    const padded = [...stored].map((value) => {
      const modality = value * frame.slope + frame.intercept
      return modality > low && modality < high
    })
    expect(padded).toEqual([true, true, true, false, false, false])
    expect((await shown(data)).map((value) => value === 0)).toEqual(padded)
  })

  it('of floating-point pixels know padding far outside the picture', async () => {
    const picture = { rows: 1, columns: 4, bitsAllocated: 32, bitsStored: 32 }
    const none = Math.fround(-3.4e38)
    const fields: Field[] = [
      { tag: 0x00280122, vr: 'FL', value: [none] },
      { tag: 0x7fe00008, vr: 'OF', value: bytes(Float32Array.of(none, 1, 1.5, 2)) },
    ]
    const open = openDicom('x', file(EXPLICIT, picture, fields))
    const frame = toViewerFrame(open, await open.frame(0), 0, undefined)
    const stored = [...new Uint16Array(frame.pixels.buffer, frame.pixels.byteOffset, 4)]
    expect(stored).toEqual([0, 1, 32_768, 65_535])
    expect(stored.slice(1).map((value) => value * frame.slope + frame.intercept)).toEqual([
      expect.closeTo(1, 6),
      expect.closeTo(1.5, 4),
      expect.closeTo(2, 6),
    ])
    const [padding = 1, dark = 1, middle = 0, bright = 0] = [...toDisplay(open, await open.frame(0)).values]
    expect([padding, dark, bright]).toEqual([0, 0, 65_535])
    expect(Math.abs(middle - 32_768)).toBeLessThan(2)
  })
})

it('names under a character set that is misspelt the usual ways', () => {
  const name = (term: string, value: Buffer): string | undefined =>
    openDicom(
      'x',
      file(EXPLICIT, { rows: 1, columns: 2, bitsAllocated: 8, bitsStored: 8 }, [
        { tag: 0x00080005, vr: 'CS', value: term },
        { tag: 0x00100010, vr: 'PN', value: new Uint8Array(value) },
        pixels(Uint8Array.of(1, 2), 'OB'),
      ]),
    ).study.patientName
  for (const term of ['ISO_IR 192', 'ISO-IR 192', 'ISO IR 192', 'ISO 2022 IR 192', 'UTF-8', 'utf8'])
    expect(name(term, Buffer.from('Jérôme'))).toBe('Jérôme')
  expect(name('ISO-IR 100', Buffer.from('Jérôme', 'latin1'))).toBe('Jérôme')
})

const hasDcmtk = ((): boolean => {
  try {
    execFileSync('dcmcjpeg', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('dcmcjpeg is not installed: lossless JPEG by DCMTK is skipped')
    return false
  }
})()

describe.skipIf(!hasDcmtk)('lossless JPEG', () => {
  const [rows, columns] = [40, 56]
  const encoded = (data: Uint8Array, ...options: string[]): Uint8Array => {
    const folder = mkdtempSync(join(tmpdir(), 'hilum-variants-'))
    try {
      writeFileSync(join(folder, 'in.dcm'), data)
      execFileSync('dcmcjpeg', [...options, join(folder, 'in.dcm'), join(folder, 'out.dcm')])
      return new Uint8Array(readFileSync(join(folder, 'out.dcm')))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  it('holds the colours of the data set: YBR becomes RGB', async () => {
    const ybr = Uint8Array.from({ length: rows * columns * 3 }, (_, i) => (i % 3 === 0 ? i % 256 : 128))
    const picture = {
      rows,
      columns,
      bitsAllocated: 8,
      bitsStored: 8,
      samplesPerPixel: 3,
      photometric: 'YBR_FULL',
    }
    const open = openDicom('x', encoded(file(EXPLICIT, picture, [pixels(ybr, 'OB')]), '+e1'))
    expect([...(await open.frame(0))]).toEqual(Array.from(ybr, (_, i) => (i - (i % 3)) % 256))
  })
  for (const [bits, signed] of [
    [8, false],
    [12, true],
    [16, false],
    [16, true],
  ] as const)
    it(`of ${bits} bits${signed ? ' signed' : ''} by each of the seven predictors, and with a point transform`, async () => {
      const low = signed ? -(2 ** (bits - 1)) : 0
      const value = (_: unknown, i: number): number =>
        low + ((i * 37 + (i % columns) * 101 + Math.floor(i / columns) * 211) % 2 ** bits)
      const values = Array.from({ length: rows * columns }, value)
      const words = bits === 8 ? Uint8Array.from(values) : Uint16Array.from(values)
      const picture = { rows, columns, bitsAllocated: bits === 8 ? 8 : 16, bitsStored: bits, signed }
      const plain = file(EXPLICIT, picture, [pixels(bytes(words), bits === 8 ? 'OB' : 'OW')])
      for (const predictor of [1, 2, 3, 4, 5, 6, 7]) {
        const open = openDicom('x', encoded(plain, '+el', '+sv', String(predictor)))
        expect([...(await open.frame(0))]).toEqual(values)
      }
      const shifted = openDicom('x', encoded(plain, '+e1', '+pt', '2'))
      expect([...(await shifted.frame(0))]).toEqual(values.map((v) => (v >> 2) << 2))
    })
})
