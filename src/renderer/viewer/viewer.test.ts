import { describe, expect, it } from 'vitest'
import { apply, edgeLetters, HOME, inverse, placed } from './geometry.js'
import { topPlaces } from '@shared/heatMap.js'
import { sourceOf } from './heat.js'
import { angleOf, lengthOf } from './measure.js'
import { halved, pyramid } from './pyramid.js'
import { shadeOf } from './shade.js'
import type { ViewerFrame } from '@shared/domain/viewer.js'

const frame: ViewerFrame = {
  rows: 10,
  columns: 20,
  frame: 0,
  frames: 1,
  format: 'uint16',
  photometric: 'MONOCHROME1',
  pixels: new Uint8Array(400),
  slope: 1,
  intercept: 0,
  windows: [{ center: 2000, width: 1000, function: 'LINEAR' }],
  inverted: true,
  aspect: 1,
  synthetic: true,
  originalResolution: true,
}

describe('placing an image', () => {
  it('fits it whole and centred, without stretching', () => {
    const map = placed(HOME, 400, 400, 20, 10, 1)
    expect(apply(map, 0, 0)).toEqual([0, 100])
    expect(apply(map, 20, 10)).toEqual([400, 300])
  })
  it('turns a quarter to the right: the top left corner comes to the top right', () => {
    const map = placed({ ...HOME, turns: 1 }, 400, 400, 20, 10, 1)
    const [x, y] = apply(map, 0, 0)
    expect([x, y]).toEqual([300, 0])
  })
  it('leads back from the canvas to the image through turn, flip and zoom', () => {
    const map = placed({ ...HOME, turns: 3, flipH: true, zoom: 2.5, panX: 0.2 }, 640, 480, 20, 10, 1.2)
    const [x, y] = apply(inverse(map), ...apply(map, 7, 3))
    expect(x).toBeCloseTo(7)
    expect(y).toBeCloseTo(3)
  })
})

describe('orientation letters', () => {
  it('stand at the edges the header means (patient left is image right)', () => {
    expect(edgeLetters(['L', 'F'], HOME)).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' })
  })
  it('change sides when the image is flipped and turn with it', () => {
    expect(edgeLetters(['L', 'F'], { ...HOME, flipH: true }).left).toBe('L')
    expect(edgeLetters(['L', 'F'], { ...HOME, turns: 1 })).toEqual({
      left: 'F',
      right: 'H',
      top: 'R',
      bottom: 'L',
    })
  })
})

describe('window', () => {
  it('starts as the file says, low is white for MONOCHROME1', () => {
    expect(shadeOf(frame, HOME)).toEqual({ center: 2000, width: 1000, function: 'LINEAR', invert: true })
  })
  it('a change of the reader is relative to it, and replaces a table', () => {
    const table = { ...frame, voiLut: { first: 100, values: new Array<number>(200).fill(0.5) } }
    expect(shadeOf(table, HOME).function).toBe('LUT')
    expect(shadeOf(table, { ...HOME, width: 2 })).toMatchObject({
      function: 'LINEAR_EXACT',
      width: 400,
      center: 200,
    })
  })
})

describe('measurements', () => {
  it('are millimetres with spacing, pixels without', () => {
    expect(lengthOf([0, 0], [3, 4], { aspect: 1 })).toBe(5)
    expect(lengthOf([0, 0], [3, 4], { aspect: 1, reduction: 2 })).toBe(10)
    expect(lengthOf([0, 0], [3, 2], { aspect: 2 })).toBe(5)
    const spacing = { row: 0.5, column: 0.5, kind: 'detector' as const }
    expect(lengthOf([0, 0], [3, 4], { aspect: 1, reduction: 2, spacing })).toBe(2.5)
    expect(angleOf([1, 0], [0, 0], [0, 1], 1)).toBeCloseTo(90)
  })
})

describe('smaller copies', () => {
  it('are means, also at an odd edge', () => {
    const small = halved({ rows: 1, columns: 3, values: Uint16Array.from([10, 20, 40]) })
    expect([...small.values]).toEqual([15, 40])
    expect(pyramid({ rows: 4000, columns: 10, values: new Uint16Array(40_000) }).length).toBeGreaterThan(2)
  })
})

describe('what made the score', () => {
  it('shows the largest places only, never one that took from the score', () => {
    expect(topPlaces([0.1, -0.4, 0.3, 0.2], 0.5)).toEqual([2, 3])
    expect(topPlaces([-1, -2], 1)).toEqual([])
  })
  it('leads from a place of the case to the strongest place of the query that matches it', () => {
    expect(sourceOf([1, 1, 0], [0.1, 0.5, 0.9], 1)).toBe(1)
    expect(sourceOf([1, 1], [0.1, 0.5], 7)).toBeUndefined()
  })
})
