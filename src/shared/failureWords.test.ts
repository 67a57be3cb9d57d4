import { expect, it } from 'vitest'
import { named, withoutName } from './failureWords.js'

it.each([
  ['a.png', 'a.png is empty.', 'a.png is empty.'],
  ['ward/a.png', 'a.png is empty.', 'ward/a.png is empty.'],
  ['ward/a.png', 'ward/a.png is empty.', 'ward/a.png is empty.'],
  ['ward/a.png', 'The file is empty.', 'ward/a.png: The file is empty.'],
  ['a.png', 'a.pngs are empty.', 'a.png: a.pngs are empty.'],
])('%s is named once before “%s”', (file, message, said) => expect(named({ file, message })).toBe(said))

it('leaves the name out where another line gives it', () => {
  expect(withoutName({ file: 'ward/a.png', message: 'a.png is empty.' })).toBe('is empty.')
  expect(withoutName({ file: 'ward/a.png', message: 'It is empty.' })).toBe('It is empty.')
})
