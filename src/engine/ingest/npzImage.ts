/** Rows of an NPZ split as images. */
import { HilumError } from '@shared/errors.js'
import { pixelSha256 } from '../imaging/describe.js'
import type { OpenImage, Samples } from '../imaging/samples.js'
import type { ImageStack } from './npz.js'
import type { Stack } from './protocol.js'

/** @throws HilumError NPZ_INVALID for a row that is not there */
export function npzRow(stack: ImageStack, row: number): OpenImage {
  if (row < 0 || row >= stack.n)
    throw new HilumError(
      'NPZ_INVALID',
      `The NPZ split has ${stack.n} images; number ${row + 1} was asked for.`,
    )
  const size = stack.rows * stack.columns * stack.channels
  const samples: Samples = stack.values.slice(row * size, (row + 1) * size)
  return {
    kind: 'npz',
    rows: stack.rows,
    columns: stack.columns,
    frames: 1,
    samplesPerPixel: stack.channels,
    bitsStored: stack.bits,
    signed: false,
    floating: false,
    photometric: stack.channels === 3 ? 'RGB' : 'MONOCHROME2',
    warnings: [],
    grey: { modality: { slope: 1, intercept: 0 }, windows: [], inverted: false },
    study: {},
    synthetic: false,
    aspect: 1,
    medical: false,
    frame: () => Promise.resolve(samples),
  }
}

/** All rows as grey display values 0..65535 in one array. */
export function npzDisplay(stack: ImageStack): Stack {
  const { n, rows, columns, channels, bits, values } = stack
  const out = new Uint16Array(n * rows * columns)
  const scale = bits === 8 ? 257 : 1
  if (channels === 1) for (let i = 0; i < out.length; i++) out[i] = (values[i] as number) * scale
  else
    for (let i = 0, at = 0; i < out.length; i++, at += 3)
      out[i] = Math.round(
        (0.299 * (values[at] as number) +
          0.587 * (values[at + 1] as number) +
          0.114 * (values[at + 2] as number)) *
          scale,
      )
  const pixels = Array.from({ length: n }, (_, row) => {
    const image = npzRow(stack, row)
    const size = rows * columns * channels
    return pixelSha256(image, values.slice(row * size, (row + 1) * size))
  })
  return { n, rows, columns, values: out, pixelSha256: pixels }
}
