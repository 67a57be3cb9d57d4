/** Changes of a search's question, and the way back. */
import type { Region } from '@shared/domain/images.js'
import type { Filters, Hit } from '@shared/domain/search.js'
import { run } from './searchRun.js'
import { patch, searchOf, type Question } from './searchState.js'
import { chipKey, type Chip } from './sources.js'
import { without } from './without.js'

/** Adds a case to the question as an example, more or less like it; one that is there already changes its side. */
export function addExample(id: string, hit: Pick<Hit, 'imageId' | 'caseId'>, weight: number): void {
  const search = searchOf(id)
  if (!search) return
  const chip: Chip = { kind: 'example', imageId: hit.imageId, caseId: hit.caseId, weight, on: true }
  const others = search.question.chips.filter((other) => chipKey(other) !== chipKey(chip))
  changeQuestion(id, { chips: [...others, chip] })
}

/** Changes filters, region, inversion or sources; the earlier question can be brought back. */
export function changeQuestion(
  id: string,
  change: {
    filters?: Filters
    region?: Region | undefined
    invert?: boolean
    image?: boolean
    chips?: readonly Chip[]
  },
): void {
  const search = searchOf(id)
  if (!search) return
  const { region = 'region' in change ? undefined : search.question.region } = change
  const question: Question = {
    filters: change.filters ?? search.question.filters,
    invert: change.invert ?? search.question.invert,
    image: change.image ?? search.question.image,
    chips: change.chips ?? search.question.chips,
    ...(region === undefined ? {} : { region }),
  }
  if (change.filters) question.filters = without(change.filters)
  patch(id, { question, past: [...search.past.slice(-20), search.question] })
  void run(id)
}

export function undoQuestion(id: string): void {
  const search = searchOf(id)
  const question = search?.past[search.past.length - 1]
  if (!search || !question) return
  patch(id, { question, past: search.past.slice(0, -1) })
  void run(id)
}

export const selectHit = (id: string, imageId: string): void => patch(id, { selected: imageId })
