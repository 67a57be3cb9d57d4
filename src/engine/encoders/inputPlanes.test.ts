import { describe, expect, it } from 'vitest'
import type { ModelPack } from '@shared/modelPack.js'
import { planesOf, resampled } from './inputPlanes.js'

const tower = (more: Partial<ModelPack['towers']['image']>): ModelPack['towers']['image'] => ({
  file: 'image.onnx',
  input: 'image',
  channels: 1,
  range: [0, 1],
  stretch: false,
  inputSize: [2, 2],
  resize: 'graph',
  grid: [1, 1],
  receptiveField: 1,
  outputs: { embedding: 'embedding' },
  ...more,
})
const ramp = (rows: number, columns: number) => ({
  rows,
  columns,
  values: Uint16Array.from({ length: rows * columns }, (_, at) => (at % columns) * 1000),
})

describe('what a tower reads', () => {
  it('is every size as it is where the graph resizes', () => {
    const { rows, columns, floats } = planesOf([ramp(3, 5)], tower({}))
    expect([rows, columns]).toEqual([3, 5])
    expect(floats[4]).toBeCloseTo(4000 / 65535, 6)
  })

  it('is normalised a channel at a time', () => {
    const image = { rows: 1, columns: 1, values: Uint16Array.of(65535) }
    const { floats } = planesOf([image], tower({ channels: 3, mean: [0, 0.5, 1], std: [1, 0.5, 2] }))
    expect([...floats]).toEqual([1, 1, 0])
  })

  it('spans the range where the pack asks for the image’s own minimum and maximum', () => {
    const { floats } = planesOf([ramp(1, 3)], tower({ stretch: true, range: [-1, 1] }))
    expect([...floats]).toEqual([-1, 0, 1])
  })

  it('stays the same grey when squashed, whatever the sizes', () => {
    const flat = { rows: 7, columns: 31, values: new Uint16Array(7 * 31).fill(12_345) }
    const { floats, rows, columns } = planesOf([flat], tower({ resize: 'squash', inputSize: [16, 3] }))
    expect([rows, columns]).toEqual([16, 3])
    for (const value of floats) expect(value).toBeCloseTo(12_345 / 65535, 5)
  })

  it('is the centre where the pack crops: the shorter side first, then the square', () => {
    const { floats } = planesOf([ramp(4, 8)], tower({ resize: 'crop', shorterSide: 4, inputSize: [2, 2] }))
    expect([...floats].map((value) => Math.round(value * 65535))).toEqual([3000, 4000, 3000, 4000])
  })

  it('is averaged over what a smaller pixel covers, as Pillow does', () => {
    // PIL.Image.fromarray([[0, 1, 2, 3, 4, 5, 6, 7]], mode F).resize((2, 1), BILINEAR)
    const line = { rows: 1, columns: 8, values: Float32Array.from({ length: 8 }, (_, at) => at) }
    const { values } = resampled(line, 1, 2)
    expect([...values].map((value) => Number(value.toFixed(4)))).toEqual([1.8929, 5.1071])
  })
})
