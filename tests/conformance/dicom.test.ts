/** The DICOM collection against its reference: every file right or refused with a reason. */
import { describe, expect, it } from 'vitest'
import { dataFolder, judge, readManifest } from './manifest.js'

const folder = dataFolder()
if (folder === undefined) console.warn('HILUM_TEST_DATA is not set: the DICOM collection is skipped')

describe.skipIf(folder === undefined)('DICOM collection', () => {
  it('decodes every file as the reference does, or refuses it with a reason', async () => {
    const wrong: string[] = []
    let right = 0
    for (const reference of readManifest(folder as string)) {
      const verdict = await judge(folder as string, reference)
      if (verdict.kind === 'right') right++
      if (verdict.kind === 'wrong') wrong.push(`${reference.file}: ${verdict.reasons.join('; ')}`)
      if (verdict.kind === 'refused') expect(verdict.problem.message.length).toBeGreaterThan(10)
    }
    expect(wrong).toEqual([])
    expect(right).toBeGreaterThan(0)
  }, 300_000)
})
