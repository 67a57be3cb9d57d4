import { expect, it } from 'vitest'
import { detailInWords } from './auditDetail.js'

it.each([
  ['{}', ''],
  ['{"sha256":"c9f2","cases":3}', 'sha256 c9f2, cases 3'],
  ['{"filters":{"k":5}}', 'filters {"k":5}'],
  ['half a {', 'half a {'],
  ['[1]', '[1]'],
])('%s', (detail, words) => expect(detailInWords(detail)).toBe(words))
