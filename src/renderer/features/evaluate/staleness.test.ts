import { expect, it } from 'vitest'
import { basisOf, staleBy } from './staleness.js'

const present = (images: number, findings: Record<string, number>, model = 'a') => ({
  library: { images, findings },
  status: { model: { sha256: model } },
})
const then = present(200, { NORMAL: 80, PNEUMONIA: 120 })

it('figures grow old with the library they are of, with its findings, and with the model', () => {
  const ofLibrary = basisOf(then, true)
  expect(staleBy(ofLibrary, then)).toBeUndefined()
  expect(staleBy(ofLibrary, present(240, { NORMAL: 100, PNEUMONIA: 140 }))).toEqual({ images: [200, 240] })
  expect(staleBy(ofLibrary, present(200, { NORMAL: 81, PNEUMONIA: 119 }))).toEqual({ findings: true })
  expect(staleBy(ofLibrary, present(200, { NORMAL: 80, PNEUMONIA: 120 }, 'b'))).toEqual({ model: true })
})

it('figures of files do not care about the library', () => {
  const ofFiles = basisOf(then, false)
  expect(staleBy(ofFiles, present(240, { NORMAL: 100 }))).toBeUndefined()
  expect(staleBy(ofFiles, present(240, { NORMAL: 100 }, 'b'))).toEqual({ model: true })
  expect(staleBy(undefined, then)).toBeUndefined()
})
