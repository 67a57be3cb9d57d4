/** What a reader should know of a query and its library before weighing the evidence, in sentences. */
import { findingInWords } from '@shared/findingWords.js'
import type { Found } from '../hits.js'

export type About = {
  /** The model in use was trained on this very image. */
  taught: boolean
  /** Hits that are not counted: of the query's patient, or copies of the query. */
  samePatient: readonly Found[]
  copies: readonly Found[]
  /** The query's own case, where the library has it. */
  own?: { caseId: string; findings: readonly string[] }
  /** Names of the findings in the library. */
  findings: readonly string[]
}

export function remarksOf({ taught, samePatient, copies, own, findings }: About): string[] {
  const remarks: string[] = []
  if (taught)
    remarks.push(
      'The model in use was trained on this very image, so its neighbours are closer than those of a new image.',
    )
  if (samePatient.length > 0)
    remarks.push(
      `${namesOf(samePatient)} ${samePatient.length === 1 ? 'is' : 'are'} of the same patient and not counted in the evidence.`,
    )
  if (copies.length > 0)
    remarks.push(
      `${namesOf(copies)} ${copies.length === 1 ? 'is a copy' : 'are copies'} of this image and not counted in the evidence.`,
    )
  const labels = new Set(copies.map(({ row }) => labelOf(row.row.findings)).filter((label) => label !== ''))
  const ownLabel = labelOf(own?.findings ?? [])
  if (labels.size > 1)
    remarks.push('These copies carry different findings: at least one is labelled wrongly.')
  else if (own !== undefined && ownLabel !== '' && labels.size === 1 && !labels.has(ownLabel))
    remarks.push(
      `${copies.length === 1 ? 'This copy' : 'These copies'} and this image's own case, ${own.caseId}, carry different findings: at least one is labelled wrongly.`,
    )
  if (findings.length === 1)
    remarks.push(
      `Every labelled case of this library carries the same finding, ${findingInWords(findings[0] as string)}, so agreement among the nearest says nothing.`,
    )
  return remarks
}

/** What images found by words cannot tell in a library whose labels do not differ. @param findings names of its findings */
export function labelRemarks(findings: readonly string[]): string[] {
  const [only, second] = findings
  if (second !== undefined) return []
  return only === undefined
    ? [
        'No case of this library carries a finding, so nothing here shows whether these images fit the words: they are only the nearest to them.',
      ]
    : [
        `Every labelled case of this library carries the same finding, ${findingInWords(only)}, so these are the nearest to the words among such cases, whether they fit them or not.`,
      ]
}

const labelOf = (findings: readonly string[]): string => [...findings].sort().join(', ')

function namesOf(found: readonly Found[]): string {
  const names = found.map(({ row }) => row.row.caseId)
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
