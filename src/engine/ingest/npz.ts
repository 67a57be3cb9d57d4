/** NPZ: a ZIP of NumPy arrays (`{split}_images`, `{split}_labels`). NumPy's NPY format 1.0 to 3.0. */
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import type { Archive } from './archive.js'

export type NumpyArray = { shape: number[]; descr: string; data: Uint8Array }

const invalid = (message: string, detail?: string): HilumError =>
  new HilumError('NPZ_INVALID', message, detail === undefined ? undefined : { detail })

/** Header and data of one NPY file. @throws HilumError NPZ_INVALID */
export function parseNpy(name: string, bytes: Uint8Array): NumpyArray {
  if (
    bytes.length < 12 ||
    bytes[0] !== 0x93 ||
    Buffer.from(bytes.subarray(1, 6)).toString('latin1') !== 'NUMPY'
  )
    throw invalid(`${name} is no NumPy array.`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wide = (bytes[6] ?? 1) >= 2
  const start = wide ? 12 : 10
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true)
  const header = Buffer.from(bytes.subarray(start, start + length)).toString('latin1')
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1]
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1]
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]
  if (descr === undefined || shape === undefined) throw invalid(`${name} has no readable array header.`)
  if (order === 'True') throw invalid(`${name} is stored column by column, which Hilum does not read.`)
  const sizes = shape
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number)
  if (sizes.some((size) => !Number.isInteger(size) || size < 0))
    throw invalid(`${name} has an impossible shape.`)
  const width = Number(/(\d+)$/.exec(descr)?.[1] ?? 1)
  const data = bytes.subarray(start + length)
  const needed = sizes.reduce((product, size) => product * size, width)
  if (needed > data.length)
    throw invalid(`${name} ends before its last value.`, `${data.length} of ${needed} bytes`)
  return { shape: sizes, descr, data: data.subarray(0, needed) }
}

/** Splits that have images, in the archive's order. */
export function splitsOf(archive: Archive): string[] {
  return archive.entries.flatMap(({ name }) => /^(.+)_images\.npy$/.exec(name)?.[1] ?? [])
}

export type ImageStack = {
  n: number
  rows: number
  columns: number
  channels: 1 | 3
  bits: 8 | 16
  /** n * rows * columns * channels stored samples. */
  values: Uint8Array | Uint16Array
}

/**
 * Images of one split: uint8 or uint16 of n x rows x columns (x 1 or 3); floats 0..1 become 16 bits.
 * @throws HilumError NPZ_INVALID, IMAGE_TOO_LARGE
 */
export async function readStack(archive: Archive, split: string): Promise<ImageStack> {
  const name = `${split}_images.npy`
  if (!archive.entries.some((entry) => entry.name === name))
    throw invalid(
      `The NPZ file has no split "${split}".`,
      `it has: ${splitsOf(archive).join(', ') || 'none'}`,
    )
  const array = parseNpy(name, await archive.read(name))
  const [n = 0, rows = 0, columns = 0, channels = 1] = array.shape
  if (array.shape.length < 3 || array.shape.length > 4 || (channels !== 1 && channels !== 3))
    throw invalid(`${name} is no stack of images.`, `its shape is ${array.shape.join(' x ')}`)
  if (rows < 1 || columns < 1) throw invalid(`${name} holds images without pixels.`)
  if (rows * columns > LIMITS.framePixels) throw new HilumError('IMAGE_TOO_LARGE')
  const common = { n, rows, columns, channels } as const
  const { data } = array
  if (array.descr === '|u1' || array.descr === 'u1') return { ...common, bits: 8, values: data }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const count = n * rows * columns * channels
  const out = new Uint16Array(count)
  const little = !array.descr.startsWith('>')
  const kind = array.descr.replace(/^[<>|=]/, '')
  if (kind === 'u2') for (let i = 0; i < count; i++) out[i] = view.getUint16(i * 2, little)
  else if (kind === 'f4' || kind === 'f8')
    for (let i = 0; i < count; i++) {
      const value = kind === 'f4' ? view.getFloat32(i * 4, little) : view.getFloat64(i * 8, little)
      out[i] = Math.round(Math.min(1, Math.max(0, Number.isNaN(value) ? 0 : value)) * 65_535)
    }
  else throw invalid(`${name} has values of a kind that is no image.`, array.descr)
  return { ...common, bits: 16, values: out }
}

/** Number of images of one split, from its header (the data are unpacked, not kept). @throws HilumError NPZ_INVALID */
export async function readStackSize(archive: Archive, split: string): Promise<{ n: number }> {
  const { n } = await readStack(archive, split)
  return { n }
}

/** Integer labels of one split, or undefined when the NPZ has none. */
export async function readLabels(archive: Archive, split: string): Promise<number[] | undefined> {
  const name = `${split}_labels.npy`
  if (!archive.entries.some((entry) => entry.name === name)) return undefined
  const array = parseNpy(name, await archive.read(name))
  const kind = array.descr.replace(/^[<>|=]/, '')
  const little = !array.descr.startsWith('>')
  const view = new DataView(array.data.buffer, array.data.byteOffset, array.data.byteLength)
  const n = array.shape[0] ?? 0
  if (array.shape.reduce((product, size) => product * size, 1) !== n)
    throw invalid(`${name} has more than one label an image.`, `its shape is ${array.shape.join(' x ')}`)
  const readers: Record<string, (i: number) => number> = {
    u1: (i) => view.getUint8(i),
    i1: (i) => view.getInt8(i),
    b1: (i) => view.getUint8(i),
    u2: (i) => view.getUint16(i * 2, little),
    i2: (i) => view.getInt16(i * 2, little),
    u4: (i) => view.getUint32(i * 4, little),
    i4: (i) => view.getInt32(i * 4, little),
    u8: (i) => Number(view.getBigUint64(i * 8, little)),
    i8: (i) => Number(view.getBigInt64(i * 8, little)),
    f4: (i) => view.getFloat32(i * 4, little),
    f8: (i) => view.getFloat64(i * 8, little),
  }
  const read = readers[kind]
  if (!read) throw invalid(`${name} has labels of a kind that Hilum does not read.`, array.descr)
  return Array.from({ length: n }, (_, i) => read(i))
}
