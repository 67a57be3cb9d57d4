/** Self-made DICOM files of every kind of coding: their samples must come back as they were written. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { openDicom } from '../../src/engine/ingest/dicom/image.js'
import { listTags } from '../../src/engine/ingest/dicom/tags.js'
import { problemOf } from '../../src/shared/errors.js'
import type { Samples } from '../../src/engine/imaging/samples.js'
import { encodeWith } from './encodeWith.js'
import { encodeRle, pictureFields, writeDicom, type Field, type Picture } from './writeDicom.js'

const ROWS = 40
const COLUMNS = 56
const SYNTAX = '1.2.840.10008.1.2'
const pixelData = (value: Uint8Array, vr = 'OW'): Field => ({ tag: 0x7fe00010, vr, value })

/** A smooth field with some structure, of `bits` bits. */
function samplesOf(
  bits: number,
  signed = false,
  channels = 1,
): Int8Array | Int16Array | Uint16Array | Uint8Array {
  const top = 2 ** bits - 1
  const low = signed ? -(2 ** (bits - 1)) : 0
  const count = ROWS * COLUMNS * channels
  const value = (i: number): number => {
    const pixel = Math.floor(i / channels)
    const [y, x] = [Math.floor(pixel / COLUMNS), pixel % COLUMNS]
    const wave = (Math.sin(x / 5) + Math.cos(y / 7) + 2) / 4
    return low + Math.round(Math.min(1, wave + (i % 5) * 0.01) * top)
  }
  if (bits <= 8)
    return signed
      ? Int8Array.from({ length: count }, (_, i) => value(i))
      : Uint8Array.from({ length: count }, (_, i) => value(i))
  return signed
    ? Int16Array.from({ length: count }, (_, i) => value(i))
    : Uint16Array.from({ length: count }, (_, i) => value(i))
}
const bytesOf = (samples: Samples): Uint8Array => new Uint8Array(samples.buffer.slice(0) as ArrayBuffer)
const first = async (bytes: Uint8Array): Promise<number[]> => [...(await openDicom('x.dcm', bytes).frame(0))]

describe('uncompressed', () => {
  const cases: [string, Picture, boolean][] = [
    ['8', { rows: ROWS, columns: COLUMNS, bitsAllocated: 8, bitsStored: 8 }, false],
    ['10 of 16', { rows: ROWS, columns: COLUMNS, bitsAllocated: 16, bitsStored: 10 }, false],
    [
      '13 of 16 signed',
      { rows: ROWS, columns: COLUMNS, bitsAllocated: 16, bitsStored: 13, signed: true },
      true,
    ],
    ['16 signed', { rows: ROWS, columns: COLUMNS, bitsAllocated: 16, bitsStored: 16, signed: true }, true],
  ]
  for (const [name, picture, signed] of cases)
    for (const [syntax, order] of [
      [SYNTAX, 'implicit'],
      [`${SYNTAX}.1`, 'explicit'],
      [`${SYNTAX}.1.99`, 'deflated'],
      [`${SYNTAX}.2`, 'big endian'],
    ] as const)
      it(`${name} bits, ${order}`, async () => {
        const samples = samplesOf(picture.bitsStored, signed)
        const big = syntax === `${SYNTAX}.2` && picture.bitsAllocated === 16
        const stored = big ? Buffer.from(bytesOf(samples)).swap16() : bytesOf(samples)
        const vr = picture.bitsAllocated === 8 ? 'OB' : 'OW'
        const bytes = writeDicom({ syntax, fields: pictureFields(picture, [pixelData(stored, vr)]) })
        expect(await first(bytes)).toEqual([...samples])
      })

  it('1 bit in packed frames that do not end on a byte', async () => {
    const bits = Uint8Array.from({ length: 2 * 15 * 7 }, (_, i) => ((i * 7) % 3) & 1)
    const packed = new Uint8Array(Math.ceil(bits.length / 8))
    bits.forEach((bit, i) => (packed[i >> 3] = (packed[i >> 3] as number) | (bit << (i & 7))))
    const picture = { rows: 15, columns: 7, bitsAllocated: 1, bitsStored: 1, frames: 2 }
    const open = openDicom(
      'x',
      writeDicom({ syntax: `${SYNTAX}.1`, fields: pictureFields(picture, [pixelData(packed)]) }),
    )
    expect([...(await open.frame(1))]).toEqual([...bits.subarray(105)])
  })

  it('colour by plane and by pixel, and what overlays leave in unused bits', async () => {
    const rgb = samplesOf(8, false, 3)
    const planes = new Uint8Array(rgb.length)
    const n = ROWS * COLUMNS
    rgb.forEach((value, i) => (planes[(i % 3) * n + Math.floor(i / 3)] = value))
    const picture = {
      rows: ROWS,
      columns: COLUMNS,
      bitsAllocated: 8,
      bitsStored: 8,
      samplesPerPixel: 3,
      photometric: 'RGB',
    }
    for (const [planar, value] of [
      [0, rgb],
      [1, planes],
    ] as const) {
      const fields = pictureFields({ ...picture, planar }, [pixelData(value as Uint8Array, 'OB')])
      expect(await first(writeDicom({ syntax: `${SYNTAX}.1`, fields }))).toEqual([...rgb])
    }
    const dirty = Uint16Array.from(samplesOf(12), (value) => value | 0xa000)
    const fields = pictureFields({ rows: ROWS, columns: COLUMNS, bitsAllocated: 16, bitsStored: 12 }, [
      pixelData(bytesOf(dirty)),
    ])
    expect(await first(writeDicom({ syntax: `${SYNTAX}.1`, fields }))).toEqual([...samplesOf(12)])
  })

  it('without preamble or meta information', async () => {
    const samples = samplesOf(12)
    for (const syntax of [SYNTAX, `${SYNTAX}.1`]) {
      const fields = pictureFields({ rows: ROWS, columns: COLUMNS, bitsAllocated: 16, bitsStored: 12 }, [
        pixelData(bytesOf(samples)),
      ])
      expect(await first(writeDicom({ syntax, fields, preamble: false, meta: false }))).toEqual([...samples])
      expect(await first(writeDicom({ syntax, fields, preamble: false }))).toEqual([...samples])
    }
  })
})

describe('RLE', () => {
  it('8 and 16 bits and colour, with fragments, with and without an offset table', async () => {
    const grey = samplesOf(12) as Uint16Array
    const other = Uint16Array.from(grey).reverse()
    for (const offsets of [true, false]) {
      const picture = { rows: ROWS, columns: COLUMNS, bitsAllocated: 16, bitsStored: 12, frames: 2 }
      const open = openDicom(
        'x',
        writeDicom({
          syntax: `${SYNTAX}.5`,
          fields: pictureFields(picture),
          frames: [encodeRle(grey, 1), encodeRle(other, 1)],
          fragments: offsets ? 3 : 1,
          offsets,
        }),
      )
      expect([...(await open.frame(0))]).toEqual([...grey])
      expect([...(await open.frame(1))]).toEqual([...other])
    }
    const rgb = samplesOf(8, false, 3) as Uint8Array
    const colour = pictureFields({
      rows: ROWS,
      columns: COLUMNS,
      bitsAllocated: 8,
      bitsStored: 8,
      samplesPerPixel: 3,
      photometric: 'RGB',
    })
    expect(
      await first(writeDicom({ syntax: `${SYNTAX}.5`, fields: colour, frames: [encodeRle(rgb, 3)] })),
    ).toEqual([...rgb])
  })
})

describe('what writers get wrong', () => {
  const samples = samplesOf(8)
  const picture = { rows: ROWS, columns: COLUMNS, bitsAllocated: 8, bitsStored: 8 }
  const file = (implicit: boolean): Uint8Array =>
    writeDicom({
      syntax: `${SYNTAX}.5`,
      fields: pictureFields(picture),
      frames: [encodeRle(samples as Uint8Array, 1)],
      implicit,
    })

  it('a compressed syntax whose elements are written implicitly', async () => {
    expect(await first(file(true))).toEqual([...samples])
    expect(file(true).length).not.toBe(file(false).length)
  })

  it('an Adobe marker too short to hold its transform: the data set says the colour', async () => {
    const rgb = Uint8Array.from({ length: ROWS * COLUMNS * 3 }, (_, i) => [200, 90, 30][i % 3] as number)
    // Coded without a colour transform, which nothing in the stream says once its marker is cut short.
    const coded = await sharp(rgb, { raw: { width: COLUMNS, height: ROWS, channels: 3 } })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer()
    const plain = withoutMarkers(coded)
    const short = Buffer.concat([
      plain.subarray(0, 2),
      Buffer.from([0xff, 0xee, 0, 12, ...Buffer.from('Adobe'), 0, 0, 0, 0, 0]),
      plain.subarray(2),
    ])
    const open = (photometric: string): Promise<number[]> =>
      first(
        writeDicom({
          syntax: `${SYNTAX}.4.50`,
          fields: pictureFields({ ...picture, samplesPerPixel: 3, photometric }),
          frames: [short],
        }),
      )
    const near = (found: number[], wanted: readonly number[]): boolean =>
      found.slice(0, 3).every((value, i) => Math.abs(value - (wanted[i] as number)) <= 3)
    expect(near(await open('YBR_FULL'), [200, 90, 30])).toBe(true)
    expect(near(await open('RGB'), [200, 90, 30])).toBe(false)
  })
})

/** A JPEG stream without its application markers (APP0 to APP15). */
function withoutMarkers(bytes: Buffer): Buffer {
  const kept = [bytes.subarray(0, 2)]
  let at = 2
  while (bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    const length = 2 + bytes.readUInt16BE(at + 2)
    if (((bytes[at + 1] as number) & 0xf0) !== 0xe0) kept.push(bytes.subarray(at, at + length))
    at += length
  }
  return Buffer.concat([...kept, bytes.subarray(at)])
}

describe('wavelets and JPEG-LS by their own encoders', () => {
  const codecs = [
    ['.4.90', 'J2KEncoder', () => import('@cornerstonejs/codec-openjpeg/wasmjs')],
    ['.4.80', 'JpegLSEncoder', () => import('@cornerstonejs/codec-charls/wasmjs')],
    ['.4.201', 'HTJ2KEncoder', () => import('@cornerstonejs/codec-openjph/wasmjs')],
  ] as const
  for (const [suffix, name, load] of codecs)
    for (const [bits, signed] of [
      [8, false],
      [12, false],
      [16, false],
      [16, true],
    ] as const) {
      // CharLS knows no sign: the data set alone says it, which the reference collection covers.
      if (signed && name === 'JpegLSEncoder') continue
      it(`${name} ${bits} bits${signed ? ' signed' : ''}`, async () => {
        const samples = samplesOf(bits, signed)
        const frame = await encodeWith(await load(), name, samples, {
          rows: ROWS,
          columns: COLUMNS,
          bits,
          signed,
        })
        const picture = {
          rows: ROWS,
          columns: COLUMNS,
          bitsAllocated: bits > 8 ? 16 : 8,
          bitsStored: bits,
          signed,
        }
        const bytes = writeDicom({ syntax: SYNTAX + suffix, fields: pictureFields(picture), frames: [frame] })
        expect(await first(bytes)).toEqual([...samples])
        const cut = writeDicom({
          syntax: SYNTAX + suffix,
          fields: pictureFields(picture),
          frames: [frame.subarray(0, frame.length >> 1)],
        })
        const refused = await first(cut).then(
          () => 'opened',
          (error: unknown) => problemOf(error).code,
        )
        expect(['IMAGE_TRUNCATED', 'DICOM_CORRUPT']).toContain(refused)
      })
    }
})

/**
 * A lossless JPEG 2000 stream of 32 x 32 signed bytes, min(119, 4 y + 4 x - 128), made with OpenJPEG's own encoder: those at
 * hand in JavaScript cut negative bytes off.
 */
const SIGNED_BYTES =
  '/0//UQApAAAAAAAgAAAAIAAAAAAAAAAAAAAAIAAAACAAAAAAAAAAAAABhwEB/1IADAAAAAEABQQEAAH/XAATQEBISFBISFBI' +
  'SFBISFBISFD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjL/kAAKAAAAAABhAAH/k8fUBAgfx9oFH2gQ' +
  'BF8EX8PqA4fUBg0CEQs9isHzhYPnCCIaCF1/A3/dUcD5A0D5AwA2oZmuY589pjRbENvAfCLAfCNACIBfp8eIn52sKUD/f62P' +
  '/9k='

it('JPEG 2000 of signed bytes keeps its negative half', async () => {
  const frame = Uint8Array.from(Buffer.from(SIGNED_BYTES, 'base64'))
  const expected = Array.from({ length: 1024 }, (_, i) => Math.min(119, 4 * (i >> 5) + 4 * (i % 32) - 128))
  for (const [bitsAllocated, bitsStored] of [
    [8, 8],
    [16, 8],
    [16, 12],
  ] as const) {
    const fields = pictureFields({ rows: 32, columns: 32, bitsAllocated, bitsStored, signed: true })
    expect(await first(writeDicom({ syntax: `${SYNTAX}.4.90`, fields, frames: [frame] }))).toEqual(expected)
  }
})

const hasDcmtk = ((): boolean => {
  try {
    execFileSync('dcmcjpeg', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('dcmcjpeg is not installed: JPEG files by DCMTK are skipped')
    return false
  }
})()

describe.skipIf(!hasDcmtk)('JPEG by DCMTK', () => {
  const samples = samplesOf(12)
  const source = writeDicom({
    syntax: `${SYNTAX}.1`,
    fields: pictureFields({ rows: ROWS, columns: COLUMNS, bitsAllocated: 16, bitsStored: 12 }, [
      pixelData(bytesOf(samples)),
    ]),
  })
  for (const [option, by] of [
    ['+e1', 0],
    ['+el', 0],
  ] as const)
    it(`dcmcjpeg ${option}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'hilum-dcmtk-'))
      try {
        writeFileSync(join(folder, 'in.dcm'), source)
        execFileSync('dcmcjpeg', [option, join(folder, 'in.dcm'), join(folder, 'out.dcm')])
        const out = await first(new Uint8Array(readFileSync(join(folder, 'out.dcm'))))
        expect(
          Math.max(...out.map((value, i) => Math.abs(value - (samples[i] as number)))),
        ).toBeLessThanOrEqual(by)
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
})

describe('header', () => {
  it('reads patient and study facts, names in Japanese and segmented palettes', async () => {
    const name = Buffer.concat([
      Buffer.from('Yamada^Tarou='),
      Buffer.from('1b2442', 'hex'),
      Buffer.from('3b333e', 'hex').subarray(0, 2),
      Buffer.from('4544', 'hex'),
      Buffer.from('1b2842', 'hex'),
    ])
    const bytes = writeDicom({
      syntax: `${SYNTAX}.1`,
      fields: pictureFields(
        { rows: 4, columns: 4, bitsAllocated: 8, bitsStored: 8, photometric: 'PALETTE COLOR' },
        [
          { tag: 0x00080005, vr: 'CS', value: '\\ISO 2022 IR 87' },
          { tag: 0x00080020, vr: 'DA', value: '20240305' },
          { tag: 0x00100010, vr: 'PN', value: new Uint8Array(name) },
          { tag: 0x00100040, vr: 'CS', value: 'F' },
          { tag: 0x00101010, vr: 'AS', value: '018M' },
          { tag: 0x00185101, vr: 'CS', value: 'AP' },
          ...[0, 1, 2].flatMap((i): Field[] => [
            { tag: 0x00281101 + i, vr: 'US', value: [256, 0, 16] },
            // Discrete 0, then a line to 65535 over 255 steps.
            {
              tag: 0x00281221 + i,
              vr: 'OW',
              value: new Uint8Array(Uint16Array.of(0, 1, 0, 1, 255, 65_535).buffer),
            },
          ]),
          pixelData(
            Uint8Array.from({ length: 16 }, (_, i) => i * 17),
            'OB',
          ),
        ],
      ),
    })
    const open = openDicom('x', bytes)
    expect(open.study).toMatchObject({
      patientName: 'Tarou Yamada (山田)',
      patientSex: 'F',
      patientAge: 1.5,
      studyDate: '2024-03-05',
      viewPosition: 'AP',
      modality: 'DX',
    })
    expect([open.palette?.red[0], open.palette?.red[128], open.palette?.blue[255]]).toEqual([0, 128, 255])
    const tags = listTags(bytes)
    expect(tags.find((tag) => tag.keyword === 'PatientName')).toMatchObject({
      tag: '(0010,0010)',
      vr: 'PN',
      identifying: true,
    })
    expect(tags.find((tag) => tag.keyword === 'Rows')).toMatchObject({ value: '4', identifying: false })
  })
  it('warns of a rescale that is no number and of colours that do not fit the samples', () => {
    const warned = (picture: Partial<Picture>, more: Field[] = []): string[] => {
      const whole = { rows: 4, columns: 4, bitsAllocated: 8, bitsStored: 8, ...picture }
      const data = pixelData(new Uint8Array(16 * (picture.samplesPerPixel ?? 1)), 'OB')
      const fields = pictureFields(whole, [...more, data])
      return openDicom('file', writeDicom({ syntax: `${SYNTAX}.1`, fields })).warnings
    }
    const rescale = (slope: string, intercept: string): Field[] => [
      { tag: 0x00281052, vr: 'DS', value: intercept },
      { tag: 0x00281053, vr: 'DS', value: slope },
    ]
    expect(warned({}, rescale('2', '-1'))).toEqual([])
    expect(warned({}, rescale('NaN', '1e400'))).toEqual([
      'Rescale slope is no usable number; 1 was used.',
      'Rescale intercept is no usable number; 0 was used.',
    ])
    for (const photometric of ['HSV', 'RGB'])
      expect(warned({ photometric })).toEqual([
        expect.stringContaining(`${photometric} takes more than one sample a pixel`),
      ])
    expect(warned({ photometric: 'HSV', samplesPerPixel: 3 })).toEqual([
      expect.stringContaining('the colours may be wrong'),
    ])
    expect(warned({ photometric: 'RGB', samplesPerPixel: 3 })).toEqual([])
    expect(warned({ photometric: 'MONOCHROME1' })).toEqual([])
  })

  it('refuses by code what cannot be read, saying where', () => {
    const code = (fields: Field[], syntax = `${SYNTAX}.1`): string | undefined => {
      try {
        openDicom('x', writeDicom({ syntax, fields }))
        return undefined
      } catch (error) {
        return problemOf(error).code
      }
    }
    const picture = { rows: 8, columns: 8, bitsAllocated: 16, bitsStored: 12 }
    expect(code(pictureFields(picture))).toBe('DICOM_NO_PIXELS')
    expect(code(pictureFields(picture, [pixelData(new Uint8Array(20))]))).toBe('IMAGE_TRUNCATED')
    for (const [bitsAllocated, expected] of [
      [13, 'DICOM_CORRUPT'],
      [24, 'DICOM_UNSUPPORTED'],
    ] as const)
      expect(code(pictureFields({ ...picture, bitsAllocated }, [pixelData(new Uint8Array(300))]))).toBe(
        expected,
      )
    expect(code(pictureFields(picture, [pixelData(new Uint8Array(128))]), '1.2.840.10008.1.2.4.102')).toBe(
      'DICOM_UNSUPPORTED',
    )
    expect(code(pictureFields({ ...picture, samplesPerPixel: 4 }, [pixelData(new Uint8Array(512))]))).toBe(
      'DICOM_UNSUPPORTED',
    )
  })
})
