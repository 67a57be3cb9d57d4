import { expect, it } from 'vitest'
import { findingsIn } from './findingList.js'

it.each([
  ['COVID-19', ['COVID-19']],
  ['COVID-19, ARDS', ['COVID-19', 'ARDS']],
  ['Effusion|Infiltration|effusion', ['EFFUSION', 'INFILTRATION']],
  ['pneumonia; pleural effusion ;', ['PNEUMONIA', 'PLEURAL EFFUSION']],
  ["['Effusion', 'Mass']", ['EFFUSION', 'MASS']],
  ['["no finding"]', ['NO FINDING']],
  ['normal\r\npneumonia', ['NORMAL', 'PNEUMONIA']],
  ['Pneumonia/Viral/COVID-19', ['PNEUMONIA/VIRAL/COVID-19']],
  ['effusion (small, left), mass', ['EFFUSION (SMALL, LEFT)', 'MASS']],
  ['"pneumonia, unspecified", ARDS', ['PNEUMONIA, UNSPECIFIED', 'ARDS']],
  ['effusion (left', ['EFFUSION (LEFT']],
  [' , ;', []],
  ['', []],
])('%j names %j', (text, findings) => {
  expect(findingsIn(text)).toEqual(findings)
})

it('keeps a cell of prose within what a case may carry', () => {
  const findings = findingsIn(
    Array.from({ length: 50 }, (_, i) => `finding ${i} ${'x'.repeat(200)}`).join(','),
  )
  expect(findings).toHaveLength(20)
  expect(Math.max(...findings.map(({ length }) => length))).toBe(120)
})
