import { expect, it } from 'vitest'
import { imageRemarks, textRemarks } from './remarks.js'

const none = { pairs: 0, contradict: 0, leftOut: false }
const queries = (perClass: Record<string, number>) => ({
  path: 'q',
  images: Object.values(perClass).reduce((sum, n) => sum + n, 0),
  perClass,
})

it('says that a gallery of one finding tells nothing', () => {
  const [only, ...more] = imageRemarks({ PNEUMONIA: 20 }, queries({ PNEUMONIA: 5 }), none)
  expect(only).toContain('Every image of the gallery is labelled pneumonia')
  expect(more).toEqual([])
})

it('says that queries of one finding speak of it alone, and that some can have no right answer', () => {
  const both = { NORMAL: 10, PNEUMONIA: 10 }
  expect(imageRemarks(both, queries({ NORMAL: 5, PNEUMONIA: 5 }), none)).toEqual([])
  expect(imageRemarks(both, queries({ NORMAL: 5 }), none)).toEqual([
    'Every query is labelled normal: these figures speak of that finding alone, and a model that took everything for it would do as well.',
  ])
  expect(imageRemarks(both, queries({ NORMAL: 5, EFFUSION: 1, PNEUMONIA: 3 }), none)).toEqual([
    '1 of the 9 queries carries a finding that no image of the gallery has (effusion): by it no answer can be right.',
  ])
})

it('names what flatters the figures', () => {
  const both = { NORMAL: 10, PNEUMONIA: 10 }
  const known = { ...queries({ NORMAL: 2, PNEUMONIA: 2 }), taught: 3, inGallery: 1 }
  expect(imageRemarks(both, known, none)).toEqual([
    '3 of the 4 queries are images this model was trained on; images that are new to it may be ranked less well.',
    '1 of the 4 queries lie in the gallery too and find themselves.',
  ])
})

it('says the same of words', () => {
  const gallery = { path: 'g', images: 20, perClass: { NORMAL: 20 } }
  const remarks = textRemarks(gallery, 12, [{ relevant: ['NORMAL'] }, { relevant: ['PNEUMONIA'] }, {}])
  expect(remarks).toHaveLength(3)
  expect(remarks[1]).toContain('1 of the 2 queries that have an answer asks for findings')
  expect(remarks[2]).toContain('12 of the 20 images of the gallery')
  expect(textRemarks({ ...gallery, perClass: { NORMAL: 9, PNEUMONIA: 11 } }, 0, [])).toEqual([])
})

it('names copies, whether they counted, and those whose labels contradict one another', () => {
  const both = { NORMAL: 10, PNEUMONIA: 10 }
  const asked = queries(both)
  expect(imageRemarks(both, asked, { pairs: 60, contradict: 51, leftOut: true })).toEqual([
    '60 pairs of copies were left out: of two near-identical pictures neither counts as a neighbour of the other.',
    '51 pairs of copies carry different findings: one of each pair is labelled wrongly, or they are read differently.',
  ])
  const [only, ...more] = imageRemarks(both, asked, { pairs: 1, contradict: 0, leftOut: false })
  expect(only).toContain('1 pair of copies is among these images')
  expect(only).toContain('They count')
  expect(more).toEqual([])
})
