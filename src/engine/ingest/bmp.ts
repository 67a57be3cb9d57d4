/** Windows bitmaps: fast-bmp decodes; the header is checked before. */
import { basename } from 'node:path'
import { decode } from 'fast-bmp'
import { HilumError } from '@shared/errors.js'
import type { OpenImage } from '../imaging/samples.js'
import { checkSize } from './raster.js'

/** The same file with its rows said to stand bottom up, as fast-bmp reads them; a negative height means top down. */
function upright(bytes: Uint8Array, rows: number): Uint8Array {
  const copy = bytes.slice()
  new DataView(copy.buffer).setInt32(22, rows, true)
  return copy
}

/** Turns the order of the rows round, in place. */
function upend(values: Uint8Array, rows: number): void {
  const stride = values.length / rows
  for (let top = 0, low = rows - 1; top < low; top++, low--) {
    const kept = values.slice(top * stride, (top + 1) * stride)
    values.copyWithin(top * stride, low * stride, (low + 1) * stride)
    values.set(kept, low * stride)
  }
}

/** @throws HilumError IMAGE_TOO_LARGE, IMAGE_TRUNCATED, IMAGE_CORRUPT */
export function openBmp(name: string, bytes: Uint8Array): OpenImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const file = basename(name)
  if (bytes.length < 54) throw new HilumError('IMAGE_TRUNCATED', `${file} ends within its header.`)
  const columns = view.getInt32(18, true)
  const height = view.getInt32(22, true)
  const rows = Math.abs(height)
  const bitsPerPixel = view.getUint16(28, true)
  checkSize(name, rows, columns, 4)
  const needed = view.getUint32(10, true) + Math.ceil((columns * bitsPerPixel) / 32) * 4 * rows
  if (view.getUint32(30, true) === 0 && needed > bytes.length)
    throw new HilumError('IMAGE_TRUNCATED', `${file} ends before its last pixel.`, {
      detail: `${bytes.length} of ${needed} bytes`,
    })
  let decoded: ReturnType<typeof decode>
  try {
    decoded = decode(height < 0 ? upright(bytes, rows) : bytes)
  } catch (error) {
    throw new HilumError('IMAGE_CORRUPT', `${file} is damaged or of a rare kind of BMP.`, {
      detail: String(error).slice(0, 300),
      cause: error,
    })
  }
  const data = decoded.data as Uint8Array
  const { channels } = decoded
  const grey = channels === 1
  if (data.length < rows * columns * channels)
    throw new HilumError('IMAGE_TRUNCATED', `${file} ends before its last pixel.`)
  const scale = decoded.bitsPerPixel === 1 ? 255 : 1
  const out = new Uint8Array(rows * columns * (grey ? 1 : 3))
  for (let pixel = 0; pixel < rows * columns; pixel++)
    if (grey) out[pixel] = (data[pixel] as number) * scale
    else
      for (let channel = 0; channel < 3; channel++)
        out[pixel * 3 + channel] = data[pixel * channels + channel] as number
  if (height < 0) upend(out, rows)
  return {
    kind: 'bmp',
    rows,
    columns,
    frames: 1,
    samplesPerPixel: grey ? 1 : 3,
    bitsStored: 8,
    signed: false,
    floating: false,
    photometric: grey ? 'MONOCHROME2' : 'RGB',
    warnings: [],
    grey: { modality: { slope: 1, intercept: 0 }, windows: [], inverted: false },
    study: {},
    synthetic: false,
    aspect: 1,
    medical: false,
    frame: () => Promise.resolve(out),
  }
}
