import { expect, it } from 'vitest'
import { scoreDigits } from './scoreDigits.js'

it.each([
  [[0.998, 0.99712, 0.99512], 3],
  [[0.9998, 0.9997, 0.9996], 4],
  [[0.9999991, 0.9999992], 6],
  [[1, 1], 3],
  [[], 3],
])('%j needs %d decimals', (scores, digits) => {
  expect(scoreDigits(scores)).toBe(digits)
})
