import { expect, it } from 'vitest'
import type { Hit } from '@shared/domain/search.js'
import { agreementOf, hitName } from './HitCard.js'

const hit = (findings: string[]): Hit => ({
  rank: 3,
  caseId: 'case-3',
  imageId: 'image-3',
  file: 'a.png',
  findings,
  score: 0.9,
  study: {},
  synthetic: false,
  notes: 0,
})

it('a case without a finding neither agrees with the majority nor differs from it', () => {
  expect(agreementOf(hit([]), 'NORMAL')).toBeUndefined()
  expect(hitName(hit([]), 'NORMAL')).not.toMatch(/agrees|differs/)
  expect(agreementOf(hit(['NORMAL']), 'NORMAL')).toBe('agrees')
  expect(agreementOf(hit(['PNEUMONIA']), 'NORMAL')).toBe('differs')
  expect(hitName(hit(['PNEUMONIA']), 'NORMAL')).toContain('differs from the majority')
  expect(agreementOf(hit(['PNEUMONIA']), undefined)).toBeUndefined()
})
