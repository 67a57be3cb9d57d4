import type { Evaluation } from '@shared/domain/evaluation.js'
import { countWords } from '@shared/evidenceWords.js'
import { describe, expect, it } from 'vitest'
import { nameOf } from '../app/keys.js'
import { understood } from '../app/prefs.js'
import { age, bytes, duration, findingName, percent } from '../strings/format.js'
import { toneOf } from '../ui/Marks.js'
import { evaluationCsv } from './evaluate/csv.js'
import { fitted, largeEnough, nudged, regionBetween } from './search/region.js'
import { parts } from './words/snippet.js'

const key = (name: string, held: Partial<KeyboardEvent> = {}) =>
  nameOf({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

describe('keys', () => {
  it('have one name each, whatever the letter case', () => {
    expect(key('k', { ctrlKey: true })).toBe('Ctrl K')
    expect(key('K', { metaKey: true, shiftKey: true })).toBe('Ctrl Shift K')
    expect(key('?', { shiftKey: true })).toBe('?')
    expect(key(' ')).toBe('Space')
  })
})

describe('words', () => {
  it('state evidence with its base, never as certainty', () => {
    expect(countWords({ finding: 'PNEUMONIA', count: 9, of: 10 })).toBe(
      '9 of the 10 nearest cases are labelled pneumonia',
    )
  })
  it('give numbers as people read them', () => {
    expect([percent(0.935), age(0.5), age(3.9), bytes(3_100_000_000), duration(95)]).toEqual([
      '94 %',
      '6 mo',
      '3 y',
      '3.1 GB',
      '2 min',
    ])
    expect(findingName('NO_FINDING')).toBe('No finding')
  })
})

describe('marks', () => {
  it('tell pneumonia, normal, another finding and none apart', () => {
    expect([['PNEUMONIA'], ['NORMAL'], ['EFFUSION'], [], ['NO_PNEUMONIA']].map(toneOf)).toEqual([
      'pneumonia',
      'normal',
      'other',
      'unknown',
      'normal',
    ])
  })
})

describe('a region', () => {
  it('stays inside the frame, however it is drawn or moved', () => {
    expect(regionBetween({ x: 0.5, y: 1.4 }, { x: -0.2, y: 0.5 })).toEqual({
      x: 0,
      y: 0.5,
      width: 0.5,
      height: 0.5,
    })
    expect(nudged({ x: 0.8, y: 0, width: 0.2, height: 0.2 }, 0.1, -0.1, false)).toEqual({
      x: 0.8,
      y: 0,
      width: 0.2,
      height: 0.2,
    })
    expect(largeEnough({ x: 0, y: 0, width: 0.01, height: 0.5 })).toBe(false)
    expect(fitted(200, 100, 50, 50)).toEqual({ left: 50, top: 0, width: 100, height: 100 })
  })
})

describe('a note', () => {
  it('is split at its marks and nowhere else', () => {
    expect(parts('No \uE000consolidation\uE001 <b>seen</b>')).toEqual([
      { text: 'No ', hit: false },
      { text: 'consolidation', hit: true },
      { text: ' <b>seen</b>', hit: false },
    ])
  })
})

describe('settings', () => {
  it('of another version or a damaged file are left out', () => {
    expect(understood({ theme: 'pink', size: 'L', letters: 'no', hitLayout: 'list' })).toEqual({
      size: 'L',
      hitLayout: 'list',
    })
  })
})

describe('the evaluation as CSV', () => {
  it('holds no formula, whatever a file is called', () => {
    const result: Evaluation = {
      model: { id: 'm', sha256: 'a' },
      gallery: { path: '', images: 1, perClass: {} },
      queries: { path: '', images: 1, perClass: {} },
      precisionAt: { 1: 0.5 },
      hitAt: { 1: 0.5 },
      map: 0.5,
      vote: { k: 11, accuracy: 0.5 },
      perClass: {},
      interval95: { 1: [0.4, 0.6] },
      failures: [],
      seconds: 1,
      wall: [{ file: '=cmd|"x"', truth: 'NORMAL', precision: 0, hits: [] }],
    }
    const csv = evaluationCsv(result)
    expect(csv).toContain('precisionAt1,0.5,0.4,0.6')
    expect(csv).toContain(`"'=cmd|""x"""`)
  })
})
