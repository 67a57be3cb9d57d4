import { expect, it } from 'vitest'
import { hasRightToLeft, visualOrder } from './bidi.js'

const seen = (text: string) => {
  const words = text.split(' ')
  const { order, fromRight } = visualOrder(words)
  return { line: order.map((at) => words[at]).join(' '), fromRight }
}

it.each([
  ['lungs are clear', 'lungs are clear', false],
  ['תסנין באונה הימנית', 'הימנית באונה תסנין', true],
  ['עמוד 12 של 30', '30 של 12 עמוד', true],
  ['seen as תסנין באונה today', 'seen as באונה תסנין today', false],
  ['בדיקת chest film שלילית', 'שלילית chest film בדיקת', true],
])('%s', (text, line, fromRight) => {
  expect(seen(text)).toEqual({ line, fromRight })
})

it('knows which lines need it', () => {
  expect(hasRightToLeft('Ελληνικά, Русский')).toBe(false)
  expect(hasRightToLeft('حمى')).toBe(true)
})
