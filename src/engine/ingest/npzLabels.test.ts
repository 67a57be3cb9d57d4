import { expect, it } from 'vitest'
import { labelCount, unnamedLabels } from './npzLabels.js'

it('counts the labels that have no name', () => {
  expect(unnamedLabels([0, 1, 1], ['NORMAL', 'PNEUMONIA'])).toBeUndefined()
  expect(unnamedLabels([0, 1, 1], undefined)?.message).toBe(
    'Labels are numbers without names: 0 (1 image), 1 (2 images). So 3 images have no finding.',
  )
  expect(unnamedLabels([0, 1, 2, 2], ['NORMAL', 'PNEUMONIA'])?.message).toBe(
    'Labels are numbers without names beyond the 2 names given: 2 (2 images). So 2 images have no finding.',
  )
  const many = Array.from({ length: 9 }, (_, i) => i)
  expect(unnamedLabels(many, undefined)?.message).toContain('5 (1 image) and 3 others')
})

it('says how many images and labels there are', () => {
  expect(labelCount('x.npz', 'val', 4708, 4700).message).toBe(
    'The split “val” of x.npz has 4,708 images but 4,700 labels, so it cannot be told which label belongs to which image.',
  )
})
