/** Valid files of every format, made here: what mutants start from and what must still open. */
import sharp from 'sharp'
import { npz, npy } from '../fixtures/npz.js'
import { zip } from '../fixtures/zip.js'
import { encodeRle, pictureFields, writeDicom } from '../conformance/writeDicom.js'

const ROWS = 24
const COLUMNS = 32
const grey8 = Uint8Array.from({ length: ROWS * COLUMNS }, (_, i) => (i * 37 + (i >> 5) * 11) & 255)
const grey12 = Uint16Array.from(grey8, (value, i) => value * 16 + (i & 15))
const rgb = Uint8Array.from({ length: ROWS * COLUMNS * 3 }, (_, i) => (i * 13) & 255)
const raw = { width: COLUMNS, height: ROWS } as const

export type Seed = { name: string; bytes: Uint8Array }

const SYNTAX = '1.2.840.10008.1.2'
const pixels = (value: Uint8Array, vr = 'OW') => ({ tag: 0x7fe00010, vr, value })
const asBytes = (samples: Uint16Array): Uint8Array => new Uint8Array(samples.buffer.slice(0))
const swapped = (samples: Uint16Array): Uint8Array => Buffer.from(samples.buffer.slice(0)).swap16()

/** DICOM, PNG, JPEG, TIFF and BMP seeds. */
export async function imageSeeds(): Promise<Seed[]> {
  const picture = { rows: ROWS, columns: COLUMNS, bitsAllocated: 16, bitsStored: 12 }
  const nested = [
    {
      tag: 0x00082218,
      vr: 'SQ',
      value: [[{ tag: 0x00080104, vr: 'LO', value: 'Chest' }]],
    },
  ]
  const jpeg = await sharp(grey8, { raw: { ...raw, channels: 1 } })
    .toColourspace('b-w')
    .jpeg()
    .toBuffer()
  const native = (syntax: string, value: Uint8Array): Uint8Array =>
    writeDicom({ syntax, fields: [...pictureFields(picture, nested), pixels(value)] })
  return [
    { name: 'implicit.dcm', bytes: native(SYNTAX, asBytes(grey12)) },
    { name: 'explicit.dcm', bytes: native(`${SYNTAX}.1`, asBytes(grey12)) },
    { name: 'bigendian.dcm', bytes: native(`${SYNTAX}.2`, swapped(grey12)) },
    { name: 'deflated.dcm', bytes: native(`${SYNTAX}.1.99`, asBytes(grey12)) },
    {
      name: 'rle.dcm',
      bytes: writeDicom({
        syntax: `${SYNTAX}.5`,
        fields: pictureFields({ ...picture, frames: 2 }),
        frames: [encodeRle(grey12, 1), encodeRle(grey12, 1)],
      }),
    },
    {
      name: 'jpeg.dcm',
      bytes: writeDicom({
        syntax: `${SYNTAX}.4.50`,
        fields: pictureFields({ rows: ROWS, columns: COLUMNS, bitsAllocated: 8, bitsStored: 8 }),
        frames: [jpeg],
        fragments: 2,
      }),
    },
    {
      name: 'grey.png',
      bytes: await sharp(grey8, { raw: { ...raw, channels: 1 } })
        .toColourspace('b-w')
        .png()
        .toBuffer(),
    },
    {
      name: 'deep.png',
      bytes: await sharp(grey12, { raw: { ...raw, channels: 1 } })
        .toColourspace('grey16')
        .png()
        .toBuffer(),
    },
    {
      name: 'palette.png',
      bytes: await sharp(rgb, { raw: { ...raw, channels: 3 } })
        .png({ palette: true })
        .toBuffer(),
    },
    { name: 'grey.jpg', bytes: jpeg },
    {
      name: 'colour.jpg',
      bytes: await sharp(rgb, { raw: { ...raw, channels: 3 } })
        .jpeg({ progressive: true })
        .toBuffer(),
    },
    {
      name: 'grey.tif',
      bytes: await sharp(grey8, { raw: { ...raw, channels: 1 } })
        .tiff({ compression: 'lzw' })
        .toBuffer(),
    },
    { name: 'grey.bmp', bytes: bmp() },
  ].map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) }))
}

/** An uncompressed 24-bit bitmap. */
export function bmp(): Uint8Array {
  const stride = COLUMNS * 3
  const out = Buffer.alloc(54 + stride * ROWS)
  out.write('BM')
  out.writeUInt32LE(out.length, 2)
  out.writeUInt32LE(54, 10)
  out.writeUInt32LE(40, 14)
  out.writeInt32LE(COLUMNS, 18)
  out.writeInt32LE(ROWS, 22)
  out.writeUInt16LE(1, 26)
  out.writeUInt16LE(24, 28)
  out.writeUInt32LE(stride * ROWS, 34)
  for (let i = 54; i < out.length; i++) out[i] = grey8[(i - 54) % grey8.length] as number
  return out
}

/** Archives: a ZIP of pictures and an NPZ. */
export async function archiveSeeds(): Promise<Seed[]> {
  const pictures = await imageSeeds()
  const find = (name: string): Uint8Array => (pictures.find((seed) => seed.name === name) as Seed).bytes
  return [
    {
      name: 'study.zip',
      bytes: zip([
        { name: 'NORMAL/a.png', bytes: find('grey.png') },
        { name: 'PNEUMONIA/b.dcm', bytes: find('explicit.dcm') },
      ]),
    },
    {
      name: 'pneumoniamnist_mini.npz',
      bytes: npz({
        train_images: npy(new Uint8Array(6 * 28 * 28).fill(90), [6, 28, 28]),
        train_labels: npy(Uint8Array.of(0, 1, 0, 1, 0, 1), [6, 1]),
      }),
    },
  ]
}
