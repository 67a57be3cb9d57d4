import { expect, it } from 'vitest'
import { reasonsOf } from './FailureList.js'

it('names each reason once, the most frequent first, with all of its files', () => {
  const failure = (file: string, message: string, code: 'FORMAT_UNKNOWN' | 'FILE_EMPTY') => ({
    file,
    message,
    code,
    remedy: 'Do something.',
  })
  const reasons = reasonsOf([
    failure('empty.png', 'The file is empty.', 'FILE_EMPTY'),
    failure('a.txt', 'a.txt is no image.', 'FORMAT_UNKNOWN'),
    failure('b.txt', 'b.txt is no image.', 'FORMAT_UNKNOWN'),
  ])
  expect(reasons.map(({ reason, files }) => [reason, files])).toEqual([
    ['is no image.', ['a.txt', 'b.txt']],
    ['The file is empty.', ['empty.png']],
  ])
})
