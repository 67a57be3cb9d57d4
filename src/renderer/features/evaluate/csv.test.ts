import { describe, expect, it } from 'vitest'
import { evaluationCsv } from './csv.js'

const hostile = '=HYPERLINK("x")'
const csv = evaluationCsv({
  model: { id: 'm', sha256: 'ab' },
  gallery: { path: hostile, images: 2, perClass: {} },
  queries: { path: 'q, "quoted"', images: 1, perClass: {} },
  precisionAt: { '1': 0.5 },
  hitAt: { '1': 1 },
  map: 0.25,
  vote: { k: 11, accuracy: 1 },
  perClass: {
    NORMAL: {
      queries: 1,
      precisionAt: { '1': 0.5 },
      hitAt: { '1': 1 },
      map: 0.25,
      vote: 1,
      interval95: { '1': [0.125, 0.875] },
    },
  },
  interval95: { '1': [0.25, 0.75] },
  failures: [],
  seconds: 1,
  wall: [
    {
      file: '@cmd',
      truth: 'NORMAL',
      precision: 0,
      hits: [{ file: '-1', finding: 'PNEUMONIA', same: false, score: 0.5 }],
    },
  ],
})

describe('the CSV of an evaluation', () => {
  it('holds every figure', () => {
    expect(csv).toContain('precisionAt1,0.5,0.25,0.75')
    expect(csv).toContain('map,0.25')
    expect(csv).toContain('precisionAt1 NORMAL,0.5,0.125,0.875')
  })
  it('has no cell that a spreadsheet runs', () => {
    const cells = csv.split(/\r?\n|,/)
    expect(cells.filter((text) => /^"?[=+@]/.test(text))).toEqual([])
    expect(csv).toContain("'@cmd")
  })
})
