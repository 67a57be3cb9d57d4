/** What may be said of a search's counts: the same in the window, on the command line and in the report. */
import type { Evidence, Hit, ImageSearch } from './domain/search.js'
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

/**
 * "9 of the 10 nearest cases are labelled pneumonia"; a label of normal is this library's word, never a fact.
 * @param nearest "nearest other" where some of the hits are not counted
 */
export function countWords({ finding, count, of }: Evidence, nearest = 'nearest'): string {
  const label = `labelled ${findingInWords(finding)}${finding === 'NORMAL' ? ' in this library' : ''}`
  if (of === 1) return `The one ${nearest} case is ${label}`
  return `${count} of the ${of} ${nearest} cases ${count === 1 ? 'is' : 'are'} ${label}`
}

/**
 * "The 10 nearest cases are undecided: 5 normal, 5 pneumonia". Findings that some of the cases carry together do not
 * exclude one another: "Of the 10 nearest cases 6 each are labelled ARDS and COVID-19".
 */
export function undecidedWords(tied: readonly Evidence[], nearest = 'nearest'): string {
  const parts = tied.map(({ finding, count }) => `${count} ${findingInWords(finding)}`).join(', ')
  const [first] = tied
  if (first && first.of > 1 && tied.length * first.count > first.of) {
    const names = tied.map(({ finding }) => findingInWords(finding)).join(' and ')
    return first.count === first.of
      ? `All ${first.of} ${nearest} cases are labelled ${names}`
      : `Of the ${first.of} ${nearest} cases ${first.count} each are labelled ${names}`
  }
  return tied[0]?.of === 1
    ? `The one ${nearest} case carries several findings: ${tied.map(({ finding }) => findingInWords(finding)).join(', ')}`
    : `The ${tied[0]?.of ?? 0} ${nearest} cases are undecided: ${parts}`
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

/** What is said of a search's hits together. `headline` ends without a full stop. */
export type EvidenceWords = {
  headline: string
  share?: { share: string; base: string }
  sentences: readonly string[]
  /** Said until the library is measured; the same question is answered otherwise in a moment. */
  passing?: true
}

/**
 * Whether a refined search found nothing because nothing ranked: the image left out, and of the other sources none that
 * could be used or that a note speaks of.
 */
export const nothingRanks = (found: {
  fusion?: ImageSearch['fusion'] | undefined
  searched?: number
}): boolean => found.fusion?.shares.length === 0 && found.searched !== 0

type Answered = Counted &
  Pick<ImageSearch, 'evidenceNote' | 'withoutFilter' | 'fusion'> &
  Partial<Pick<ImageSearch, 'searched'>> & {
    query: Pick<ImageSearch['query'], 'inDistribution' | 'measuring' | 'reason'>
    hits: readonly Pick<Hit, 'imageId'>[]
    counted: ImageSearch['counted']
  }

/** Whether further cases are counted in place of hits that are copies of the query or of its patient. */
function standIns({ hits, counted }: Pick<Answered, 'hits' | 'counted'>): boolean {
  const shown = new Set(hits.map(({ imageId }) => imageId))
  const counting = new Set(counted.map(({ imageId }) => imageId))
  const left = hits.slice(0, counted.length).some(({ imageId }) => !counting.has(imageId))
  return left && counted.some(({ imageId }) => !shown.has(imageId))
}

/** The one rule of what may be said: by the window, the command line, the report and its preview. */
export function evidenceWords(result: Answered): EvidenceWords {
  const { hits, counted, query, evidenceNote } = result
  const note = evidenceNote === undefined ? [] : [evidenceNote]
  if (hits.length === 0 && nothingRanks(result))
    return {
      headline: 'Nothing ranks the cases',
      sentences: [
        'The image is left out, and no other source could be used or is spoken of in a note. There is nothing to count.',
      ],
    }
  if (hits.length === 0)
    return {
      headline: result.withoutFilter ? 'No case passes these filters' : 'No case was found',
      sentences: ['There is nothing to rank and nothing to count.'],
    }
  if (query.measuring === true)
    return {
      headline: 'Still measuring this library',
      sentences: [
        'What the nearest cases carry is said once it is known whether this image is like the cases here. The hits stand.',
      ],
      passing: true,
    }
  if (query.inDistribution === false)
    return {
      headline: 'This image is unlike anything here, so no evidence is given',
      sentences: query.reason === undefined ? note : [query.reason],
    }
  if (counted.length === 0)
    return {
      headline: 'There is no other case to count',
      sentences: ['Every case found is a copy of this image or of the same patient.', ...note],
    }
  const order = result.fusion === undefined ? 'nearest' : 'best ranked'
  const nearest = standIns(result) ? `${order} other` : order
  const counts = countsOf(result)
  const unlabelled = counted.filter(({ findings }) => findings.length === 0).length
  if (counts.length === 0 && unlabelled < counted.length)
    return { headline: 'The labels of these cases are no evidence', sentences: note }
  if (counts.length === 0 || unlabelled * 2 > counted.length)
    return {
      headline: 'The nearest cases carry no finding',
      sentences: [
        `${unlabelled} of the ${counted.length} ${nearest} cases have no finding. The ranking stands; the evidence does not.`,
      ],
    }
  const tied = tiedOf(counts)
  const leader = leaderOf(counts)
  const rest = counts.filter((line) => line !== leader && !tied.includes(line))
  const others =
    rest.length === 0
      ? []
      : [
          `Also among them: ${rest.map((line) => `${line.count} ${findingInWords(line.finding)}`).join(', ')}.`,
        ]
  if (leader === undefined)
    return {
      headline: undecidedWords(tied, nearest),
      sentences: ['No finding leads, so nothing is called agreeing or opposite.', ...others],
    }
  const share = shareWords(leader)
  return {
    headline: countWords(leader, nearest),
    ...(share === undefined ? {} : { share }),
    sentences: [...(share === undefined ? note : []), ...others],
  }
}
