import type { Tag } from '@shared/domain/viewer.js'
import { describe, expect, it } from 'vitest'
import { identity } from './identity.js'

const tag = (keyword: string, vr: string, value: string, identifying = false): Tag => ({
  tag: '(0000,0000)',
  keyword,
  vr,
  value,
  depth: 0,
  identifying,
})

const TOLD = [
  tag('PatientName', 'PN', 'DOE^JANE', true),
  tag('StudyDescription', 'LO', 'CHEST DOE JANE'),
  tag('ContrastBolusAgent', 'LO', 'as told by J. Doe'),
  tag('SoftwareVersions', 'LO', 'St Elsewhere 2.1'),
  tag('WindowCenterWidthExplanation', 'LO', 'DOE'),
  tag('StationAETitle', 'AE', 'ELSEWHERE_CR'),
  tag('TextValue', 'UT', 'Jane'),
  tag('ImageComments', 'LT', 'Jane'),
  tag('DerivationDescription', 'ST', 'Jane'),
  tag('DetectorID', 'SH', '4711'),
  tag('LongCodeValue', 'UC', 'Jane'),
  tag('RetrieveURL', 'UR', 'http://elsewhere/doe'),
  tag('MediaStorageSOPInstanceUID', 'UI', '1.2.3.4'),
]
const READ = [
  tag('PatientSex', 'CS', 'F'),
  tag('PatientAge', 'AS', '064Y'),
  tag('Rows', 'US', '2048'),
  tag('KVP', 'DS', '125'),
  tag('CodeValue', 'SH', 'T-D3000'),
  tag('CodeMeaning', 'LO', 'Chest'),
  tag('TransferSyntaxUID', 'UI', '1.2.840.10008.1.2.1'),
]

describe('hiding identities in the tag browser', () => {
  it('covers what names a person and whatever is written freely', () => {
    for (const one of TOLD) expect([one.keyword, identity(true).tag(one)]).toEqual([one.keyword, 'hidden'])
  })
  it('leaves what is read with the image, and codes', () => {
    for (const one of READ) expect(identity(true).tag(one)).toBe(one.value)
  })
  it('says of an empty element that it is empty, and shows all while they are shown', () => {
    expect(identity(true).tag(tag('StudyDescription', 'LO', ''))).toBe('')
    for (const one of [...TOLD, ...READ]) expect(identity(false).tag(one)).toBe(one.value)
  })
})
