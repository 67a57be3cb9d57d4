import { expect, it } from 'vitest'
import { mergedView } from './caseFacts.js'

it('a labels file names the view where no tag does, over what was recognised from the picture', () => {
  const tagged = { view: 'lateral' } as const
  const frontal = { view: 'frontal', viewSeen: true } as const
  const coloured = { view: 'other', viewSeen: true } as const
  expect(mergedView(tagged, { view: 'PA' })).toBe('lateral')
  expect(mergedView(frontal, { view: 'L' })).toBe('lateral')
  expect(mergedView(coloured, { view: 'AP Supine' })).toBe('frontal')
  expect(mergedView(coloured, undefined)).toBe('other')
  expect([
    mergedView(frontal, { view: 'chest' }),
    mergedView({ view: 'unknown' }, { view: 'axial' }),
  ]).toEqual(['frontal', 'other'])
})
