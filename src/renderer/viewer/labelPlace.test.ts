import { describe, expect, it } from 'vitest'
import { placeLabel } from './labelPlace.js'

const TEXT = '120.9 mm at the detector plane'
const SIZE = 13
const measure = (text: string): number => text.length * 7
const pane = { width: 300, height: 200 }

describe('the label of a length', () => {
  it('stands right of its point in one line where there is room', () => {
    expect(placeLabel(TEXT, [20, 100], pane, SIZE, 10, measure)).toMatchObject({ left: 30, lines: [TEXT] })
  })
  it('flips to the left where only that has room', () => {
    const box = placeLabel(TEXT, [290, 100], pane, SIZE, 10, measure)
    expect(box.lines).toEqual([TEXT])
    expect(box.left + box.width).toBe(280)
  })
  it('leaves the line free that comes from the side it stands on', () => {
    for (const y of [100, 195]) {
      const box = placeLabel(TEXT, [290, y], pane, SIZE, 10, measure, [20, y])
      expect(box.top > y || box.top + box.height < y).toBe(true)
    }
    const beside = placeLabel(TEXT, [40, 100], pane, SIZE, 10, measure, [20, 100])
    expect(beside.top < 100 && beside.top + beside.height > 100).toBe(true)
  })
  it.each([
    [150, 100],
    [299, 199],
    [0, 0],
    [-50, 400],
    [400, -50],
  ])('lies whole inside the pane at %d, %d, no word lost', (x, y) => {
    for (const width of [300, 180, 120]) {
      const box = placeLabel(TEXT, [x, y], { ...pane, width }, SIZE, 10, measure)
      expect(box.lines.join(' ')).toBe(TEXT)
      expect(Math.max(...box.lines.map(measure))).toBeLessThan(box.width)
      expect(box.left).toBeGreaterThanOrEqual(0)
      expect(box.top).toBeGreaterThanOrEqual(0)
      expect(box.left + box.width).toBeLessThanOrEqual(width)
      expect(box.top + box.height).toBeLessThanOrEqual(pane.height)
    }
  })
})
