/** What an evaluation's figures cannot tell, or are flattered by, in sentences: every view of them says the same. */
import type { Evaluation, TextEvaluation } from '@shared/domain/evaluation.js'
import { findingInWords } from '@shared/findingWords.js'
import { contradictionRemark } from '../measuring/contradictions.js'
import type { CopyPairs } from './copies.js'

type Counts = Readonly<Record<string, number>>

const number = (n: number): string => n.toLocaleString('en-GB')
const listed = (findings: readonly string[]): string => findings.map(findingInWords).join(', ')

/** Of a library: what is kept aside in a search counts in no figure about searching it. */
export function asideRemark(aside = 0): string[] {
  if (aside === 0) return []
  return [
    `${number(aside)} ${aside === 1 ? 'image' : 'images'} of the library that ${aside === 1 ? 'is' : 'are'} no frontal radiograph of the chest ${aside === 1 ? 'is' : 'are'} left out, as in a search.`,
  ]
}

/** Where a gallery has one finding only, whatever is nearest carries it. */
function ofOneFinding(gallery: Counts): string[] {
  const [only, second] = Object.keys(gallery)
  if (only === undefined || second !== undefined) return []
  return [
    `Every image of the gallery is labelled ${findingInWords(only)}, so every answer is right or wrong whatever the ranking: these figures say nothing of how well it tells findings apart. That takes a gallery with at least two findings.`,
  ]
}

/** Near-identical pictures answer for one another, and where their labels differ one of them errs. */
function ofCopies({ pairs, contradict, leftOut }: CopyPairs): string[] {
  if (pairs === 0) return []
  const [are, were] =
    pairs === 1
      ? ['pair of copies is', 'pair of copies was']
      : ['pairs of copies are', 'pairs of copies were']
  return [
    leftOut
      ? `${number(pairs)} ${were} left out: of two near-identical pictures neither counts as a neighbour of the other.`
      : `${number(pairs)} ${are} among these images: near-identical pictures, not the same file, that find one another. They count in these figures.`,
    ...(contradict === 0 ? [] : [contradictionRemark(contradict)]),
  ]
}

/**
 * @param queries labelled as the gallery is, with what is known of them
 * @param copies near-identical pictures that queries met
 */
export function imageRemarks(gallery: Counts, queries: Evaluation['queries'], copies: CopyPairs): string[] {
  const { images, perClass, taught, inGallery } = queries
  const asked = Object.keys(perClass)
  const single = ofOneFinding(gallery)
  const unknown = asked.filter((finding) => (gallery[finding] ?? 0) === 0)
  const lost = unknown.reduce((sum, finding) => sum + (perClass[finding] ?? 0), 0)
  return [
    ...single,
    ...(single.length === 0 && asked.length === 1
      ? [
          `Every query is labelled ${listed(asked)}: these figures speak of that finding alone, and a model that took everything for it would do as well.`,
        ]
      : []),
    ...(lost === 0
      ? []
      : [
          `${number(lost)} of the ${number(images)} queries ${lost === 1 ? 'carries' : 'carry'} a finding that no image of the gallery has (${listed(unknown)}): by it no answer can be right.`,
        ]),
    ...(taught === undefined
      ? []
      : [
          `${number(taught)} of the ${number(images)} queries are images this model was trained on; images that are new to it may be ranked less well.`,
        ]),
    ...(inGallery === undefined
      ? []
      : [
          `${number(inGallery)} of the ${number(images)} queries lie in the gallery too and find themselves.`,
        ]),
    ...ofCopies(copies),
  ]
}

/** @param taught images of the gallery that the model was trained on */
export function textRemarks(
  gallery: TextEvaluation['gallery'],
  taught: number,
  perQuery: readonly Pick<TextEvaluation['perQuery'][number], 'relevant'>[],
): string[] {
  const wanted = perQuery.flatMap(({ relevant }) => (relevant === undefined ? [] : [relevant]))
  const hopeless = wanted.filter((relevant) =>
    relevant.every((finding) => (gallery.perClass[finding] ?? 0) === 0),
  )
  return [
    ...ofOneFinding(gallery.perClass),
    ...(hopeless.length === 0
      ? []
      : [
          `${number(hopeless.length)} of the ${number(wanted.length)} queries that have an answer ${hopeless.length === 1 ? 'asks' : 'ask'} for findings that no image of the gallery has (${listed([...new Set(hopeless.flat())])}): they count as 0 whatever the words find.`,
        ]),
    ...(taught === 0
      ? []
      : [
          `${number(taught)} of the ${number(gallery.images)} images of the gallery are images this model was trained on; words may find images that are new to it less well.`,
        ]),
  ]
}
