/** Copies of images made worse in one way, to see what a model rests on. Seeded: the same image gives the same copy. */
import sharp from 'sharp'
import type { DisplayImage } from '../../ports/decoding.js'
import { inverted } from '../pictures.js'
import { seeded } from '../seeded.js'

export type Degradation = 'lowres' | 'gamma' | 'crop' | 'aspect' | 'noise' | 'jpeg' | 'invert'

/**
 * - `lowres`: reduced to 28 x 28 and enlarged again
 * - `gamma`: grey to the power of 1.7 (darker)
 * - `crop`: the middle 80 % of each side
 * - `aspect`: width to 71 %
 * - `noise`: Gaussian, standard deviation 6 % of the range
 * - `jpeg`: 8 bit, quality 15
 * - `invert`: white for black
 */
export async function degraded(image: DisplayImage, how: Degradation, seed: number): Promise<DisplayImage> {
  switch (how) {
    case 'lowres':
      return resized(resized(image, 28, 28), image.rows, image.columns)
    case 'gamma':
      return { ...image, values: image.values.map((value) => 65535 * (value / 65535) ** 1.7) }
    case 'crop':
      return cropped(image, 0.8)
    case 'aspect':
      return resized(image, image.rows, Math.max(1, Math.round(image.columns * 0.714)))
    case 'noise':
      return noisy(image, 0.06 * 65535, seed)
    case 'jpeg':
      return await compressed(image)
    case 'invert':
      return inverted(image)
  }
}

/** Antialiased triangle filter along both axes, as the encoders' own resize. */
export function resized(image: DisplayImage, rows: number, columns: number): DisplayImage {
  const down = weights(image.rows, rows)
  const across = weights(image.columns, columns)
  const middle = new Float32Array(rows * image.columns)
  down.forEach(({ from, share }, y) =>
    share.forEach((weight, i) => {
      const source = (from + i) * image.columns
      for (let x = 0; x < image.columns; x++)
        middle[y * image.columns + x] =
          (middle[y * image.columns + x] as number) + weight * (image.values[source + x] as number)
    }),
  )
  const values = new Uint16Array(rows * columns)
  for (let y = 0; y < rows; y++)
    across.forEach(({ from, share }, x) => {
      let sum = 0
      for (let i = 0; i < share.length; i++)
        sum += (share[i] as number) * (middle[y * image.columns + from + i] as number)
      values[y * columns + x] = Math.round(sum)
    })
  return { rows, columns, values }
}

function weights(from: number, to: number): { from: number; share: number[] }[] {
  const scale = from / to
  const support = Math.max(1, scale)
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale
    const first = Math.max(0, Math.floor(centre - support))
    const last = Math.min(from - 1, Math.ceil(centre + support))
    const share: number[] = []
    for (let at = first; at <= last; at++) share.push(Math.max(0, 1 - Math.abs(at + 0.5 - centre) / support))
    const total = share.reduce((sum, weight) => sum + weight, 0)
    return { from: first, share: share.map((weight) => weight / total) }
  })
}

function cropped(image: DisplayImage, side: number): DisplayImage {
  const rows = Math.max(1, Math.round(image.rows * side))
  const columns = Math.max(1, Math.round(image.columns * side))
  const top = (image.rows - rows) >> 1
  const left = (image.columns - columns) >> 1
  const values = new Uint16Array(rows * columns)
  for (let y = 0; y < rows; y++) {
    const start = (top + y) * image.columns + left
    values.set(image.values.subarray(start, start + columns), y * columns)
  }
  return { rows, columns, values }
}

function noisy(image: DisplayImage, deviation: number, seed: number): DisplayImage {
  const next = seeded(seed)
  const values = image.values.map((value) => {
    // Box-Muller; 1 - u keeps the logarithm finite.
    const gauss = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
    return Math.min(65535, Math.max(0, value + gauss * deviation))
  })
  return { ...image, values }
}

async function compressed(image: DisplayImage): Promise<DisplayImage> {
  const grey = Uint8Array.from(image.values, (value) => Math.round(value / 257))
  const file = await sharp(grey, { raw: { width: image.columns, height: image.rows, channels: 1 } })
    .jpeg({ quality: 15 })
    .toBuffer()
  const { data, info } = await sharp(file).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  const values = new Uint16Array(info.width * info.height)
  for (let i = 0; i < values.length; i++) values[i] = (data[i * info.channels] as number) * 257
  return { rows: info.height, columns: info.width, values }
}
