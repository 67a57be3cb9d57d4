/** Display grey to the floats a tower reads: resizing where its pack leaves that to Hilum, range, mean and deviation. */
import type { ModelPack } from '@shared/modelPack.js'
import type { DisplayImage } from '../ports/decoding.js'

type Tower = ModelPack['towers']['image']
type Grey = { rows: number; columns: number; values: Float32Array | Uint16Array }

/** @param images of one size; @returns floats [n, channels, rows, columns] */
export function planesOf(
  images: readonly DisplayImage[],
  tower: Tower,
): { rows: number; columns: number; floats: Float32Array } {
  const greys = images.map((image) => sized(image, tower))
  const { rows, columns } = greys[0] as Grey
  const plane = rows * columns
  const floats = new Float32Array(images.length * tower.channels * plane)
  greys.forEach(({ values }, i) => {
    // Of the whole image, before anything is cropped away.
    const [low, high] = extremes((images[i] as DisplayImage).values, tower.stretch)
    const scale = high > low ? (tower.range[1] - tower.range[0]) / (high - low) : 0
    for (let c = 0; c < tower.channels; c++) {
      const mean = tower.mean?.[c] ?? tower.mean?.[0] ?? 0
      const std = tower.std?.[c] ?? tower.std?.[0] ?? 1
      const at = (i * tower.channels + c) * plane
      for (let p = 0; p < plane; p++)
        floats[at + p] = (tower.range[0] + ((values[p] as number) - low) * scale - mean) / std
    }
  })
  return { rows, columns, floats }
}

function extremes(values: Grey['values'], stretch: boolean): [number, number] {
  if (!stretch) return [0, 65535]
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}

function sized(image: DisplayImage, { resize, inputSize, shorterSide }: Tower): Grey {
  if (resize === 'graph') return image
  const [rows, columns] = inputSize
  if (resize === 'squash') return resampled(image, rows, columns)
  const scale = (shorterSide ?? Math.max(rows, columns)) / Math.min(image.rows, image.columns)
  const whole = resampled(
    image,
    Math.max(rows, Math.round(image.rows * scale)),
    Math.max(columns, Math.round(image.columns * scale)),
  )
  const top = Math.round((whole.rows - rows) / 2)
  const left = Math.round((whole.columns - columns) / 2)
  const values = new Float32Array(rows * columns)
  for (let y = 0; y < rows; y++)
    values.set(
      whole.values.subarray((top + y) * whole.columns + left, (top + y) * whole.columns + left + columns),
      y * columns,
    )
  return { rows, columns, values }
}

/** Bilinear, the filter widened when shrinking (as Pillow's BILINEAR and torch's antialias do). */
export function resampled({ rows, columns, values }: Grey, toRows: number, toColumns: number): Grey {
  const across = weights(columns, toColumns)
  const half = new Float32Array(rows * toColumns)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < toColumns; x++) {
      const { from, share } = across[x] as Weight
      let sum = 0
      for (let k = 0; k < share.length; k++)
        sum += (share[k] as number) * (values[y * columns + from + k] as number)
      half[y * toColumns + x] = sum
    }
  const down = weights(rows, toRows)
  const out = new Float32Array(toRows * toColumns)
  for (let y = 0; y < toRows; y++) {
    const { from, share } = down[y] as Weight
    for (let k = 0; k < share.length; k++)
      for (let x = 0; x < toColumns; x++)
        out[y * toColumns + x] =
          (out[y * toColumns + x] as number) +
          (share[k] as number) * (half[(from + k) * toColumns + x] as number)
  }
  return { rows: toRows, columns: toColumns, values: out }
}

type Weight = { from: number; share: number[] }

/** For every place of a line of `to`, the first place of the line of `of` that counts and the shares from there on. */
function weights(of: number, to: number): Weight[] {
  const scale = of / to
  const reach = Math.max(1, scale)
  return Array.from({ length: to }, (_, at) => {
    const centre = (at + 0.5) * scale
    const from = Math.max(0, Math.trunc(centre - reach + 0.5))
    const end = Math.min(of, Math.trunc(centre + reach + 0.5))
    const share = Array.from({ length: Math.max(1, end - from) }, (_unused, k) =>
      Math.max(0, 1 - Math.abs(from + k + 0.5 - centre) / reach),
    )
    const sum = share.reduce((total, each) => total + each, 0)
    return { from: Math.min(from, of - 1), share: sum > 0 ? share.map((each) => each / sum) : [1] }
  })
}
