/**
 * The grey-scale pipeline as a picture: one drawn chest, stored in a dozen ways, each of which a reader must see as the
 * standard says. `greyscale.png` is the sheet that was looked at; `HILUM_UPDATE_PICTURES=1` writes it anew, to be looked at
 * again before it is committed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { toBytes } from '../../src/engine/imaging/preview.js'
import { toDisplay } from '../../src/engine/imaging/display.js'
import { openDicom } from '../../src/engine/ingest/dicom/image.js'
import { pictureFields, writeDicom, type Field, type Picture } from '../conformance/writeDicom.js'
import { phantom } from '../fixtures/pictures.js'

const SHEET = join(__dirname, 'greyscale.png')
const ROWS = 96
const COLUMNS = 112
const ACROSS = 4
const LITTLE = '1.2.840.10008.1.2.1'

const chest = phantom(7, { finding: 'PNEUMONIA' })
/** The drawn values at `bits` bits. */
const at = (bits: number): number[] => Array.from(chest.values, (value) => value >>> (16 - bits))
const words = (values: readonly number[]): Uint8Array =>
  new Uint8Array(Uint16Array.from(values, (value) => value & 0xffff).buffer)
const window = (center: string, width: string, more: Field[] = []): Field[] => [
  { tag: 0x00281050, vr: 'DS', value: center },
  { tag: 0x00281051, vr: 'DS', value: width },
  ...more,
]
const lut = (first: number, values: readonly number[], bits: number): Field[] => [
  { tag: 0x00283002, vr: 'US', value: [values.length, first, bits] },
  { tag: 0x00283006, vr: 'OW', value: words(values) },
]
/** A tone curve that darkens: the square of the value. */
const squares = Array.from({ length: 4096 }, (_, i) => Math.round((i / 4095) ** 2 * 4095))

function stored(values: readonly number[], picture: Partial<Picture>, more: Field[]): Uint8Array {
  const whole = { rows: ROWS, columns: COLUMNS, bitsAllocated: 16, bitsStored: 12, ...picture }
  const bytes = whole.bitsAllocated === 8 ? Uint8Array.from(values) : words(values)
  return writeDicom({
    syntax: LITTLE,
    fields: pictureFields(whole, [
      ...more,
      { tag: 0x7fe00010, vr: whole.bitsAllocated === 8 ? 'OB' : 'OW', value: bytes },
    ]),
  })
}

/** What is stored, and the tile it must look like: the same as another one, or its own. */
const CASES: readonly [name: string, file: Uint8Array][] = [
  ['12 bits, whole window', stored(at(12), {}, window('2048', '4096'))],
  [
    'MONOCHROME1: stored inverted, shown as drawn',
    stored(
      at(12).map((v) => 4095 - v),
      { photometric: 'MONOCHROME1' },
      window('2048', '4096'),
    ),
  ],
  ['8 bits without a window', stored(at(8), { bitsAllocated: 8, bitsStored: 8 }, [])],
  [
    'signed, with rescale',
    stored(
      at(12).map((v) => v - 2048),
      { signed: true },
      window('1024', '2048', [
        { tag: 0x00281052, vr: 'DS', value: '1024' },
        { tag: 0x00281053, vr: 'DS', value: '0.5' },
      ]),
    ),
  ],
  ['narrow window', stored(at(12), {}, window('2600', '900'))],
  [
    'narrow window, SIGMOID',
    stored(at(12), {}, window('2600', '900', [{ tag: 0x00281056, vr: 'CS', value: 'SIGMOID' }])),
  ],
  ['VOI LUT sequence', stored(at(12), {}, [{ tag: 0x00283010, vr: 'SQ', value: [lut(0, squares, 12)] }])],
  [
    'modality LUT sequence',
    stored(at(12), {}, [
      { tag: 0x00283000, vr: 'SQ', value: [lut(0, squares, 12)] },
      ...window('2048', '4096'),
    ]),
  ],
  [
    'padding is black',
    stored(
      at(12).map((v, i) => (i % COLUMNS < 16 ? 4095 : v)),
      {},
      window('2048', '4096', [{ tag: 0x00280120, vr: 'US', value: 4095 }]),
    ),
  ],
  ['12 bits of 16 without a window', stored(at(12), { bitsStored: 16 }, [])],
  [
    'presentation shape INVERSE',
    stored(
      at(12).map((v) => 4095 - v),
      {},
      window('2048', '4096', [{ tag: 0x20500020, vr: 'CS', value: 'INVERSE' }]),
    ),
  ],
  ['first of two windows', stored(at(12), {}, window('2048\\2600', '4096\\900'))],
]

async function tileOf(file: Uint8Array): Promise<Uint8Array> {
  const image = openDicom('chest.dcm', file)
  return toBytes(toDisplay(image, await image.frame(0)))
}

async function readSheet(): Promise<Uint8Array[]> {
  const { data, info } = await sharp(readFileSync(SHEET))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return CASES.map((_, i) => {
    const tile = new Uint8Array(ROWS * COLUMNS)
    const [top, left] = [Math.floor(i / ACROSS) * ROWS, (i % ACROSS) * COLUMNS]
    for (let y = 0; y < ROWS; y++)
      tile.set(
        data.subarray((top + y) * info.width + left, (top + y) * info.width + left + COLUMNS),
        y * COLUMNS,
      )
    return tile
  })
}

async function writeSheet(tiles: readonly Uint8Array[]): Promise<void> {
  const [width, height] = [ACROSS * COLUMNS, Math.ceil(tiles.length / ACROSS) * ROWS]
  const sheet = Buffer.alloc(width * height)
  tiles.forEach((tile, i) => {
    const [top, left] = [Math.floor(i / ACROSS) * ROWS, (i % ACROSS) * COLUMNS]
    for (let y = 0; y < ROWS; y++)
      sheet.set(tile.subarray(y * COLUMNS, (y + 1) * COLUMNS), (top + y) * width + left)
  })
  writeFileSync(
    SHEET,
    await sharp(sheet, { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer(),
  )
}

const furthest = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), a.length === b.length ? 0 : 255)

describe('the grey-scale pipeline as a picture', () => {
  const tiles: Uint8Array[] = []
  let baseline: Uint8Array[] = []
  beforeAll(async () => {
    for (const [, file] of CASES) tiles.push(await tileOf(file))
    if (process.env['HILUM_UPDATE_PICTURES'] === '1') await writeSheet(tiles)
    baseline = await readSheet()
  })
  const tile = (name: string): Uint8Array => tiles[CASES.findIndex(([each]) => each === name)] as Uint8Array

  CASES.forEach(([name], i) => {
    it(name, () => {
      expect(furthest(tiles[i] as Uint8Array, baseline[i] as Uint8Array)).toBeLessThanOrEqual(1)
    })
  })

  it('shows one chest alike however it is stored', () => {
    const drawn = tile('12 bits, whole window')
    for (const name of [
      'MONOCHROME1: stored inverted, shown as drawn',
      '8 bits without a window',
      'signed, with rescale',
      'presentation shape INVERSE',
      'first of two windows',
    ])
      expect(furthest(tile(name), drawn), name).toBeLessThanOrEqual(2)
  })

  it('shows a table and a window as different pictures', () => {
    const drawn = tile('12 bits, whole window')
    for (const name of [
      'narrow window',
      'narrow window, SIGMOID',
      'VOI LUT sequence',
      'modality LUT sequence',
    ])
      expect(furthest(tile(name), drawn), name).toBeGreaterThan(40)
    expect(furthest(tile('VOI LUT sequence'), tile('modality LUT sequence'))).toBeLessThanOrEqual(2)
  })
})
