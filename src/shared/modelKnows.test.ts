import { expect, it } from 'vitest'
import { modelKnows } from './modelKnows.js'

it('says what the pack says of itself, and that nothing is stated where it does not', () => {
  expect(
    modelKnows(['Knows pneumonia and no pneumonia only; it cannot exclude anything else.', 'Not tested.']),
  ).toBe('This model knows pneumonia and no pneumonia only; it cannot exclude anything else.')
  expect(modelKnows(['A general model.'])).toBe('A general model.')
  expect(modelKnows([])).toBe('What this model knows is not stated; it cannot exclude anything.')
  expect(modelKnows(undefined)).toContain('not stated')
})
