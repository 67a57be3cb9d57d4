/** What a search is made of beside the image: chips with weights, and the words for what a change moved. */
import type { Fusion, Hit, Refinement } from '@shared/domain/search.js'
import { s } from '../../strings/strings.js'

/** One source beside the image. `weight` is relative to the image's, which is 1; negative means less of it. */
export type Chip = { on: boolean; weight: number } & (
  | { kind: 'example'; imageId: string; caseId: string }
  | { kind: 'concept'; text: string }
  | { kind: 'notes'; text: string }
)

/** Notes differ by whole points where images differ by hundredths, and words in an image by less still. */
export const START_WEIGHT = { example: 0.5, concept: 1, notes: 0.1 } as const

export const chipKey = (chip: Chip): string =>
  chip.kind === 'example' ? `example ${chip.imageId}` : `${chip.kind} ${chip.text}`

/** The name under which the engine reports the chip's share. */
export function termName(chip: Chip): string {
  if (chip.kind === 'notes') return `notes: ${chip.text}`
  if (chip.kind === 'example') return `${chip.weight < 0 ? 'unlike' : 'like'} ${chip.caseId}`
  return `${chip.weight < 0 ? 'less' : 'more'} ${chip.text}`
}

export const shareOf = (fusion: Fusion | undefined, name: string): number | undefined =>
  fusion?.shares.find((share) => share.name === name)?.share

/** Under what the engine names a source that could not be used. */
const declinedName = (chip: Chip): string =>
  chip.kind === 'example' ? chip.caseId : chip.kind === 'notes' ? termName(chip) : chip.text

/** Why a source could not be used; undefined where it could. */
export const declinedOf = (fusion: Fusion | undefined, chip: Chip): string | undefined =>
  chip.on ? fusion?.declined.find(({ text }) => text === declinedName(chip))?.reason : undefined

/** Adds words of the notes. There is one such source, so that earlier words give way. */
export const withNotes = (chips: readonly Chip[], text: string): Chip[] => [
  ...chips.filter(({ kind }) => kind !== 'notes'),
  { kind: 'notes', text, weight: START_WEIGHT.notes, on: true },
]

/**
 * The sources with words that the model declined looked for in the notes instead. Of fewer words in the image there is no
 * such counterpart: notes that say them would go up.
 */
export const inNotesInstead = (chips: readonly Chip[], declined: Chip): Chip[] | undefined =>
  declined.kind !== 'concept' || declined.weight < 0
    ? undefined
    : withNotes(
        chips.filter((chip) => chipKey(chip) !== chipKey(declined)),
        declined.text,
      )

/** @returns undefined when the image alone is searched */
export function refinementOf(image: boolean, chips: readonly Chip[]): Refinement | undefined {
  const on = chips.filter((chip) => chip.on)
  if (image && on.length === 0) return undefined
  const examples = on.flatMap((chip) =>
    chip.kind === 'example' ? [{ imageId: chip.imageId, weight: chip.weight }] : [],
  )
  const concepts = on.flatMap((chip) =>
    chip.kind === 'concept' ? [{ text: chip.text, weight: chip.weight }] : [],
  )
  const notes = on.flatMap((chip) =>
    chip.kind === 'notes' ? [{ text: chip.text, weight: Math.abs(chip.weight) }] : [],
  )[0]
  return {
    ...(image ? {} : { image: false }),
    ...(examples.length === 0 ? {} : { examples }),
    ...(concepts.length === 0 ? {} : { concepts }),
    ...(notes === undefined ? {} : { notes }),
  }
}

/** What a change of the question did to the hits, in a sentence; undefined when nothing moved. */
export function changesBetween(before: readonly Hit[], after: readonly Hit[]): string | undefined {
  const rankBefore = new Map(before.map((hit) => [hit.caseId, hit.rank]))
  const fresh = after.filter((hit) => !rankBefore.has(hit.caseId))
  const moved = after
    .map((hit) => ({ hit, from: rankBefore.get(hit.caseId) ?? hit.rank }))
    .filter(({ hit, from }) => from !== hit.rank)
    .sort((a, b) => Math.abs(b.from - b.hit.rank) - Math.abs(a.from - a.hit.rank))
  const gone = Math.max(0, before.length - after.length)
  if (after.length === 0 && gone > 0) return s.refine.allLeft(gone)
  if (fresh.length === 0 && moved.length === 0 && gone === 0) return undefined
  const most = moved[0]
  return [
    gone > 0 ? s.refine.left(before.length, after.length) : undefined,
    fresh.length > 0 ? s.refine.fresh(fresh.length, after.length) : undefined,
    most === undefined ? undefined : s.refine.moved(most.hit.caseId, most.from, most.hit.rank),
    moved.length > 1 ? s.refine.othersMoved(moved.length - 1) : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(' ')
}
