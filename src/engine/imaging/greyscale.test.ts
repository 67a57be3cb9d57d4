import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { toDisplay } from './display.js'
import { fileVoi, lookUp, modalityValue, windowed } from './greyscale.js'
import { robustWindow } from './robustWindow.js'
import type { GreyParameters, OpenImage, Samples } from './samples.js'
import { toViewerFrame } from './viewerFrame.js'

const plain: GreyParameters = { modality: { slope: 1, intercept: 0 }, windows: [], inverted: false }
function image(samples: Samples, grey: Partial<GreyParameters>, more: Partial<OpenImage> = {}): OpenImage {
  return {
    kind: 'dicom',
    rows: 1,
    columns: samples.length,
    frames: 1,
    samplesPerPixel: 1,
    bitsStored: 12,
    signed: false,
    floating: false,
    photometric: 'MONOCHROME2',
    warnings: [],
    grey: { ...plain, ...grey },
    study: {},
    synthetic: false,
    aspect: 1,
    medical: true,
    frame: () => Promise.resolve(samples),
    ...more,
  }
}
const shown = (open: OpenImage, samples: Samples): number[] => [...toDisplay(open, samples).values]

describe('window functions', () => {
  it('LINEAR follows the example of PS3.3 C.11.2.1.2.1: c 2048, w 4096', () => {
    const window = { center: 2048, width: 4096, function: 'LINEAR' } as const
    expect(windowed(window, 0)).toBe(0)
    expect(windowed(window, 4095)).toBe(1)
    expect(windowed(window, 2047.5)).toBeCloseTo(0.5, 12)
    // c 0, w 100: -50 and below are 0, above 49 is 1.
    const narrow = { center: 0, width: 100, function: 'LINEAR' } as const
    expect([windowed(narrow, -50), windowed(narrow, 49.01)]).toEqual([0, 1])
    // Width 1 is a threshold: no value divides by zero.
    const one = { center: 10, width: 1, function: 'LINEAR' } as const
    expect([windowed(one, 9.5), windowed(one, 10)]).toEqual([0, 1])
  })
  it('LINEAR_EXACT and SIGMOID differ from it as C.11.2.1.3 says', () => {
    const exact = { center: 100, width: 50, function: 'LINEAR_EXACT' } as const
    expect([windowed(exact, 75), windowed(exact, 100), windowed(exact, 125.01)]).toEqual([0, 0.5, 1])
    const sigmoid = { center: 100, width: 50, function: 'SIGMOID' } as const
    expect(windowed(sigmoid, 100)).toBe(0.5)
    expect(windowed(sigmoid, 125)).toBeCloseTo(1 / (1 + Math.exp(-2)), 12)
  })
  it('never falls as values rise and stays in 0..1', () => {
    const functions = fc.constantFrom('LINEAR' as const, 'LINEAR_EXACT' as const, 'SIGMOID' as const)
    fc.assert(
      fc.property(
        functions,
        fc.integer({ min: -5000, max: 5000 }),
        fc.integer({ min: 1, max: 9000 }),
        fc.integer({ min: -9000, max: 9000 }),
        (name, center, width, value) => {
          const window = { center, width, function: name }
          const [a, b] = [windowed(window, value), windowed(window, value + 1)]
          expect(a).toBeGreaterThanOrEqual(0)
          expect(b).toBeLessThanOrEqual(1)
          expect(b).toBeGreaterThanOrEqual(a)
        },
      ),
    )
  })
})

describe('modality and VOI', () => {
  it('rescales, or looks up with the ends held', () => {
    expect(modalityValue({ ...plain, modality: { slope: 2, intercept: -1000 } }, 600)).toBe(200)
    const lut = { first: 10, bits: 8, values: Uint16Array.of(5, 6, 7) }
    expect([9, 10, 12, 99].map((value) => lookUp(lut, value))).toEqual([5, 5, 7, 7])
  })
  it('prefers the VOI LUT and takes the first of several windows', () => {
    const windows = [
      { center: 50, width: 100, function: 'LINEAR_EXACT' as const },
      { center: 5, width: 10, function: 'LINEAR_EXACT' as const },
    ]
    expect(fileVoi({ ...plain, windows })?.(50)).toBe(0.5)
    const voiLut = { first: 0, bits: 8, values: Uint16Array.of(0, 51, 255) }
    expect(fileVoi({ ...plain, windows, voiLut })?.(1)).toBeCloseTo(0.2, 12)
  })
  it('inverts after the VOI, keeps padding black and out of the robust window', () => {
    const samples = Uint16Array.from({ length: 1000 }, (_, i) => (i < 500 ? 4000 : 100 + (i % 100)))
    const grey = { padding: { low: 4000, high: 4000 }, inverted: true }
    const window = robustWindow(samples, { ...plain, ...grey })
    expect(window?.center).toBeCloseTo(149.5, 0)
    const out = shown(image(samples, grey), samples)
    expect(out[0]).toBe(0)
    expect(out[500]).toBe(65_535)
    expect(out[999]).toBe(0)
  })
  it('shows 8 bits without a window as they are, and 12 bits by a robust window', () => {
    const eight = Uint8Array.of(0, 128, 255)
    expect(shown(image(eight, {}, { bitsStored: 8 }), eight)).toEqual([0, 32_896, 65_535])
    const twelve = Uint16Array.from({ length: 400 }, (_, i) => 1000 + i)
    const out = shown(image(twelve, {}), twelve)
    expect([out[0], out[399]]).toEqual([0, 65_535])
  })
  it('replaces a window that leaves nothing to see', () => {
    const samples = Uint16Array.from({ length: 300 }, (_, i) => 1000 + i)
    const windows = [{ center: 10, width: 5, function: 'LINEAR' as const }]
    const open = image(samples, { windows })
    const out = shown(open, samples)
    expect(out[0]).toBeLessThan(1000)
    expect(out[299]).toBe(65_535)
    expect(toViewerFrame(open, samples, 0, undefined).windows[0]?.explanation).toContain('Hilum')
  })
  it('weighs colour by BT.601', () => {
    const rgb = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255)
    const open = image(rgb, {}, { samplesPerPixel: 3, bitsStored: 8, columns: 3, photometric: 'RGB' })
    expect(shown(open, rgb)).toEqual([19_595, 38_469, 7471])
  })
})

describe('viewer frames', () => {
  it('carry values that give the modality value back', () => {
    const samples = Int16Array.of(-1000, 0, 3000)
    const open = image(samples, { modality: { slope: 2, intercept: 5 } }, { signed: true })
    const frame = toViewerFrame(open, samples, 0, undefined)
    expect(frame.format).toBe('int16')
    const values = new Int16Array(frame.pixels.buffer, frame.pixels.byteOffset, 3)
    expect([...values].map((value) => value * frame.slope + frame.intercept)).toEqual([-1995, 5, 6005])
    const float = Float32Array.of(-0.5, 0.25, 1)
    const scaled = toViewerFrame(image(float, {}, { floating: true }), float, 0, undefined)
    const words = new Uint16Array(scaled.pixels.buffer, scaled.pixels.byteOffset, 3)
    expect((words[1] as number) * scaled.slope + scaled.intercept).toBeCloseTo(0.25, 4)
  })
  it('are grey with a window where red, green and blue are equal everywhere, colour where one pixel is not', () => {
    const rgb = Uint8Array.of(0, 0, 0, 128, 128, 128, 255, 255, 255)
    const stored = {
      samplesPerPixel: 3 as const,
      bitsStored: 8,
      columns: 3,
      photometric: 'RGB',
      medical: false,
    }
    const frame = toViewerFrame(image(rgb, {}, stored), rgb, 0, undefined)
    expect(frame).toMatchObject({
      format: 'uint16',
      photometric: 'RGB',
      slope: 1,
      intercept: 0,
      inverted: false,
    })
    expect([...new Uint16Array(frame.pixels.buffer, frame.pixels.byteOffset, 3)]).toEqual([0, 128, 255])
    expect(frame.windows).toMatchObject([{ center: 127.5, width: 255 }])
    const coloured = Uint8Array.of(0, 0, 0, 128, 128, 129, 255, 255, 255)
    expect(toViewerFrame(image(coloured, {}, stored), coloured, 0, undefined).format).toBe('rgb8')
    const tables = {
      first: 0,
      red: Uint8Array.of(9, 200),
      green: Uint8Array.of(9, 200),
      blue: Uint8Array.of(9, 200),
    }
    const index = Uint8Array.of(1, 0)
    const palette = image(
      index,
      {},
      { palette: tables, photometric: 'PALETTE COLOR', bitsStored: 8, columns: 2 },
    )
    const shownGrey = toViewerFrame(palette, index, 0, undefined)
    expect([...new Uint16Array(shownGrey.pixels.buffer, shownGrey.pixels.byteOffset, 2)]).toEqual([200, 9])
  })
  it('are thinned in whole steps and say so, with the spacing of what is left', () => {
    const samples = Uint16Array.from({ length: 100 }, (_, i) => i)
    const spacing = { row: 0.2, column: 0.1, kind: 'detector' as const }
    const frame = toViewerFrame(image(samples, {}, { rows: 10, columns: 10, spacing }), samples, 0, 4)
    expect(frame.reduction).toBe(3)
    expect(frame.spacing?.row).toBeCloseTo(0.6)
    expect(frame.spacing?.column).toBeCloseTo(0.3)
    expect([frame.rows, frame.columns, frame.originalResolution]).toEqual([4, 4, false])
    expect(new Uint16Array(frame.pixels.buffer, frame.pixels.byteOffset, 2)[1]).toBe(3)
  })
})
