/** The report's sentences: plain, and never more than the search knows. */
import type { Contributions } from '@shared/domain/explanation.js'
import type { Hit, ImageSearch } from '@shared/domain/search.js'
import { verdictOf } from '@shared/fidelityWords.js'
import { findingInWords } from '@shared/findingWords.js'
import { HEAT_TOP, topPlaces } from '@shared/heatMap.js'

export const TITLE = 'Case retrieval summary, not a diagnostic report'
export const NOTICE =
  'Not for diagnostic use. Similar cases support, and never replace, reading the image. Hilum is not a medical device.'

export type Mark = 'pneumonia' | 'normal' | 'other' | 'unknown'

export function markOf(findings: readonly string[]): Mark {
  const [first] = findings
  if (first === undefined) return 'unknown'
  return first === 'PNEUMONIA' ? 'pneumonia' : first === 'NORMAL' ? 'normal' : 'other'
}

export const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)

/** "Pneumonia", "Labelled normal", "No finding recorded". A label is never put as a fact about the patient. */
export function findingWords(findings: readonly string[]): string {
  if (findings.length === 0) return 'No finding recorded'
  if (findings.length === 1 && findings[0] === 'NORMAL') return 'Labelled normal'
  return capital(findings.map(findingInWords).join(', '))
}

export function gateSentence(query: ImageSearch['query']): string {
  if (query.inDistribution === undefined)
    return query.measuring === true
      ? 'Not known yet: the library is still being measured.'
      : 'Not known: it takes 30 cases to compare with.'
  if (query.inDistribution)
    return query.pValue === undefined
      ? 'Yes.'
      : `Yes: up to ${Math.round(query.pValue * 100)} % of its cases lie as far out.`
  return `No. ${query.reason ?? 'This image is unlike the cases of this library.'}`
}

/** "2 y M", "7 months", "90 y or older F": as much as a neighbour's line may tell. */
export function ageAndSex(study: Hit['study']): string {
  const { patientAge: age, patientSex: sex } = study
  const years =
    age === undefined
      ? undefined
      : age >= 90
        ? '90 y or older'
        : age < 2
          ? `${Math.max(1, Math.round(age * 12))} mo`
          : `${Math.floor(age)} y`
  return [years, sex].filter((part) => part !== undefined).join(' ') || 'age unknown'
}

type Pair = Pick<Contributions, 'receptiveField' | 'contributions'>

export const explanationSentence = ({ receptiveField, contributions }: Pair): string =>
  `Tinted are the ${topPlaces(contributions, HEAT_TOP).length} of the query's ${contributions.length} places that added most to the score with this case, and as many of the case's; the shares of all places sum exactly to the score. ` +
  (receptiveField >= 1
    ? 'Every place also sees the whole image, so a bright place is not where a disease is.'
    : `Every place also sees about ${Math.round(receptiveField * 100)} % of the image's side around it, so a bright place is not where a disease is.`)

/** What stands beside the map in the window too: whether it may be believed. */
export const checkSentence = (fidelity: Contributions['fidelity']): string =>
  fidelity === undefined
    ? 'This map was not checked against chance: ask for the check when the report is made.'
    : `${verdictOf(fidelity).text}.`
