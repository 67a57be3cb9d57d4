import { describe, expect, it } from 'vitest'
import type { ViewerFrame } from '@shared/domain/viewer.js'
import type { Shade } from './drawing.js'
import { HOME, placed } from './geometry.js'
import { fillGreyTable, scaleOf, voiOf } from './greyTable.js'
import { resample } from './resample.js'

const shade = (over: Partial<Shade>): Shade => ({
  center: 2048,
  width: 4096,
  function: 'LINEAR',
  invert: false,
  ...over,
})

describe('voiOf', () => {
  it('follows PS3.3 C.11.2.1.2 and C.11.2.1.3', () => {
    expect(voiOf(0, shade({}), undefined)).toBe(0)
    expect(voiOf(4095, shade({}), undefined)).toBe(1)
    expect(voiOf(2047.5, shade({}), undefined)).toBeCloseTo(0.5, 9)
    expect(voiOf(2048, shade({ function: 'LINEAR_EXACT' }), undefined)).toBe(0.5)
    expect(voiOf(2048, shade({ function: 'SIGMOID' }), undefined)).toBe(0.5)
    expect(voiOf(4096, shade({ function: 'SIGMOID' }), undefined)).toBeCloseTo(1 / (1 + Math.exp(-2)), 9)
    // A window of one value is a threshold (C.11.2.1.2.1, Note 3).
    expect(voiOf(9, shade({ center: 10, width: 1 }), undefined)).toBe(0)
    expect(voiOf(10, shade({ center: 10, width: 1 }), undefined)).toBe(1)
  })

  it('looks up a table, holds its ends and mixes between its entries', () => {
    const lut = { first: 10, values: Float32Array.from([0, 0.5, 1]) } as unknown as NonNullable<
      ViewerFrame['voiLut']
    >
    const table = shade({ function: 'LUT' })
    expect([0, 10, 10.5, 11, 12, 99].map((value) => voiOf(value, table, lut))).toEqual([
      0, 0, 0.25, 0.5, 1, 1,
    ])
  })
})

describe('drawn on the processor', () => {
  const full = { rows: 2, columns: 3 }
  const level = { ...full, values: Uint16Array.from([0, 100, 200, 300, 400, 65535]) }
  const scale = scaleOf(0, 65535)
  const laid = (over: Partial<typeof HOME>, width = 3, height = 2): Uint16Array => {
    const out = new Uint16Array(width * height)
    const place = placed({ ...HOME, ...over }, width, height, full.columns, full.rows, 1)
    resample(level, full, place, width, { left: 0, top: 0, right: width, bottom: height }, scale, out)
    return out
  }
  const stored = (indices: Uint16Array): number[] =>
    [...indices].map((index) => (index === 0 ? -1 : Math.round((index - 1) / scale.steps + scale.least)))

  it('one to one gives each stored value', () => {
    expect(stored(laid({}))).toEqual([0, 100, 200, 300, 400, 65535])
  })
  it('flips and turns, and leaves what lies outside', () => {
    expect(stored(laid({ flipH: true }))).toEqual([200, 100, 0, 65535, 400, 300])
    expect(stored(laid({ turns: 1 }, 2, 3))).toEqual([300, 0, 400, 100, 65535, 200])
    expect(stored(laid({}, 5, 2))).toEqual([-1, 0, 100, 200, -1, -1, 300, 400, 65535, -1])
  })
  it('mixes between neighbours when enlarged, and holds the edge', () => {
    expect(stored(laid({}, 6, 4)).slice(0, 6)).toEqual([0, 25, 75, 125, 175, 200])
  })

  it('has the grey of the window, the polarity and the padding in its table', () => {
    const few = scaleOf(-100, 155)
    const table = new Uint32Array(65536)
    const frame = { slope: 2, intercept: 10, pixelPadding: { low: -191, high: -189 } }
    const used = Math.ceil(255 * few.steps) + 1
    fillGreyTable(table, used, frame, shade({ center: 65, width: 510, function: 'LINEAR_EXACT' }), few)
    const grey = (value: number): number =>
      (table[Math.floor((value + 100) * few.steps + 1.5)] as number) & 255
    expect(table[0]).toBe(0xff000000)
    expect(grey(-100)).toBe(0)
    expect(grey(28)).toBe(128)
    expect(grey(155)).toBe(255)
    fillGreyTable(
      table,
      used,
      frame,
      shade({ center: 65, width: 510, function: 'LINEAR_EXACT', invert: true }),
      few,
    )
    expect([grey(-100), grey(-99), grey(28), grey(155)]).toEqual([0, 254, 127, 0])
  })
})
