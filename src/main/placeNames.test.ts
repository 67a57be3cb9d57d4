import { describe, expect, it } from 'vitest'
import { isPlace, suggestedName } from './placeNames.js'

describe('a proposed name', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['a\\b:c?.csv', 'a_b_c_.csv'],
    ['', 'Hilum'],
    ['..', 'Hilum'],
    ['.pdf', '.pdf'],
    ['\ud800.pdf', '\ufffd.pdf'],
    [`${'a'.repeat(32_769)}.pdf`, `${'a'.repeat(196)}.pdf`],
    ['x'.repeat(5_000_000), 'x'.repeat(200)],
    [`a.${'b'.repeat(300)}`, `a.${'b'.repeat(198)}`],
  ])('%.20s', (proposed, shown) => expect(suggestedName(proposed)).toBe(shown))

  it('is cut between characters and never longer than a file system takes', () => {
    const name = suggestedName(`${'🫁'.repeat(1000)}.pdf`)
    expect(name).toBe(`${'🫁'.repeat(49)}.pdf`)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
  })
})

it('takes as a place only what can be one', () => {
  expect(isPlace('/home/a.png')).toBe(true)
  expect(isPlace('')).toBe(false)
  expect(isPlace('a'.repeat(32_769))).toBe(false)
})
