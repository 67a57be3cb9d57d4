/** The DICOM collection against its reference: every file right or refused with a reason. */
import { describe, expect, it } from 'vitest'
import { dataFolder, isDecodable, judge, readManifest } from './manifest.js'

const folder = dataFolder()
if (folder === undefined) console.warn('HILUM_TEST_DATA is not set: the DICOM collection is skipped')

describe.skipIf(folder === undefined)('DICOM collection', () => {
  it('decodes every file as the reference does, or refuses it with a reason', async () => {
    const wrong: string[] = []
    let right = 0
    let refused = 0
    const references = readManifest(folder as string)
    for (const reference of references) {
      const verdict = await judge(folder as string, reference)
      if (verdict.kind === 'right') right++
      if (verdict.kind === 'wrong') wrong.push(`${reference.file}: ${verdict.reasons.join('; ')}`)
      if (verdict.kind === 'refused') {
        refused++
        expect(verdict.problem.message.length).toBeGreaterThan(10)
      }
    }
    expect(wrong).toEqual([])
    const decodable = references.filter(isDecodable).length
    expect(decodable).toBeGreaterThan(100)
    expect({ right, refused }).toEqual({ right: decodable, refused: references.length - decodable })
  }, 300_000)
})
