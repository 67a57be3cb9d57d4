/** What may be said of a search's counts: the same in the window, on the command line and in the report. */
import type { Evidence, ImageSearch } from './domain/search.js'
import { findingInWords } from './findingWords.js'

type Counted = Pick<ImageSearch, 'evidence'> & {
  query: Pick<ImageSearch['query'], 'inDistribution' | 'measuring'>
}

/**
 * The counts to show: none for a query outside the library's population, whose neighbours' labels are no evidence, and
 * none before it is known whether it is.
 */
export const countsOf = ({ query, evidence }: Counted): readonly Evidence[] =>
  query.inDistribution === false || query.measuring === true ? [] : evidence

/** The findings that share first place; none where one of them leads. */
export function tiedOf(evidence: readonly Evidence[]): readonly Evidence[] {
  const most = Math.max(...evidence.map(({ count }) => count))
  const first = evidence.filter(({ count }) => count === most)
  return first.length > 1 ? first : []
}

/** The finding that more of the cases carry than any other; undefined on a tie and where there is none. */
export function leaderOf(evidence: readonly Evidence[]): Evidence | undefined {
  return tiedOf(evidence).length > 0
    ? undefined
    : evidence.find(({ count }) => evidence.every((other) => other.count <= count))
}

/** "9 of the 10 nearest cases are labelled pneumonia" */
export function countWords({ finding, count, of }: Evidence): string {
  if (of === 1) return `The one nearest case is labelled ${findingInWords(finding)}`
  return `${count} of the ${of} nearest cases ${count === 1 ? 'is' : 'are'} labelled ${findingInWords(finding)}`
}

/**
 * "The 10 nearest cases are undecided: 5 normal, 5 pneumonia". Findings that some of the cases carry together do not
 * exclude one another: "Of the 10 nearest cases 6 each are labelled ARDS and COVID-19".
 */
export function undecidedWords(tied: readonly Evidence[]): string {
  const parts = tied.map(({ finding, count }) => `${count} ${findingInWords(finding)}`).join(', ')
  const [first] = tied
  if (first && first.of > 1 && tied.length * first.count > first.of) {
    const names = tied.map(({ finding }) => findingInWords(finding)).join(' and ')
    return first.count === first.of
      ? `All ${first.of} nearest cases are labelled ${names}`
      : `Of the ${first.of} nearest cases ${first.count} each are labelled ${names}`
  }
  return tied[0]?.of === 1
    ? `The one nearest case carries several findings: ${tied.map(({ finding }) => findingInWords(finding)).join(', ')}`
    : `The ${tied[0]?.of ?? 0} nearest cases are undecided: ${parts}`
}

/**
 * "94 % of such cases in this library carried the same label (n = 212, 91 to 96); other hospitals may differ. For
 * comparison: 74 % of all labelled cases here carry it."
 * @returns undefined below 30 cases, whatever is given
 */
export function shareWords(line: Evidence): { share: string; base: string } | undefined {
  const { sameLabel, n, low, high, baseRate } = line
  if (sameLabel === undefined || n === undefined || low === undefined || high === undefined || n < 30)
    return undefined
  const whole = (share: number) => Math.round(share * 100)
  const cases = n.toLocaleString('en-GB')
  const of =
    baseRate === undefined
      ? ''
      : ` For comparison: ${percentWords(baseRate)} of all labelled cases here carry it.`
  return {
    share: `${whole(sameLabel)} % of such cases in this library carried the same label`,
    base: `(n = ${cases}, ${whole(low)} to ${whole(high)}); other hospitals may differ.${of}`,
  }
}

/** Neither none nor all is said of a share that is neither. */
function percentWords(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %'
  return share < 1 && share > 0.99 ? 'over 99 %' : `${Math.round(share * 100)} %`
}
