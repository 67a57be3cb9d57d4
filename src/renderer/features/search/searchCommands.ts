/** Commands of the search screen; they act on the selected hit and the present question. */
import type { Command } from '../../app/command.js'
import { current, go } from '../../app/nav.js'
import { setPref, usePrefs } from '../../app/prefs.js'
import { s } from '../../strings/strings.js'
import { changeQuestion, selectHit, undoQuestion } from './question.js'
import { startSearch } from './searchRun.js'
import { allHits, currentSearch, selectedHit } from './searchState.js'
import { useSearchUi } from './searchUi.js'

const noHit = () => (selectedHit(currentSearch()) ? undefined : s.messages.disabledNoHit)
const noQuery = () => (currentSearch()?.queryId ? undefined : s.messages.disabledNoQuery)

/** Opens the compare screen on a hit of the present search. */
export function openCompare(imageId?: string): void {
  const search = currentSearch()
  if (!search) return
  if (imageId !== undefined) selectHit(search.id, imageId)
  go('compare', search.id)
}

export function useHitAsQuery(): void {
  const hit = selectedHit(currentSearch())
  if (hit) startSearch({ kind: 'image', imageId: hit.imageId })
}

function openOpposite(): void {
  const first = currentSearch()?.result?.contrast[0]
  if (first) openCompare(first.imageId)
}

/** Moves the selection by so many hits, and the focus with it. */
export function moveSelection(step: number): void {
  const search = currentSearch()
  const hits = allHits(search?.result)
  if (!search || hits.length === 0) return
  const at = hits.findIndex((hit) => hit.imageId === search.selected)
  const next = hits[Math.max(0, Math.min(hits.length - 1, at + step))]
  if (!next) return
  selectHit(search.id, next.imageId)
  document.getElementById(`hit-${next.imageId}`)?.focus()
}

function invert(): void {
  const search = currentSearch()
  if (search) changeQuestion(search.id, { invert: !search.question.invert })
}

const here = ['search'] as const

export const searchCommands: Command[] = [
  {
    id: 'hit.compare',
    title: s.search.openCompare,
    group: s.shell.search,
    keys: ['Enter'],
    screens: here,
    disabled: noHit,
    run: () => openCompare(),
  },
  {
    id: 'hit.query',
    title: s.search.useAsQuery,
    group: s.shell.search,
    keys: ['Q'],
    screens: ['search', 'compare'],
    disabled: noHit,
    run: useHitAsQuery,
  },
  {
    id: 'hit.opposite',
    title: s.search.opposite,
    group: s.shell.search,
    keys: ['C'],
    screens: ['search', 'compare'],
    disabled: noQuery,
    run: openOpposite,
  },
  {
    id: 'search.filter',
    title: s.search.filter,
    group: s.shell.search,
    keys: ['F'],
    screens: here,
    run: () => document.querySelector<HTMLElement>('#add-filter-anchor button')?.click(),
  },
  {
    id: 'search.region',
    title: s.search.addRegion,
    group: s.shell.search,
    keys: ['B'],
    screens: here,
    disabled: noQuery,
    run: () => useSearchUi.setState((ui) => ({ drawing: !ui.drawing })),
  },
  {
    id: 'search.invert',
    title: s.search.invert,
    group: s.shell.search,
    keys: ['I'],
    screens: here,
    disabled: noQuery,
    run: invert,
  },
  {
    id: 'search.preview',
    title: s.search.preview,
    group: s.shell.search,
    keys: ['Space'],
    screens: here,
    disabled: noHit,
    run: () => useSearchUi.setState((ui) => ({ previewing: !ui.previewing })),
  },
  {
    id: 'search.layout',
    title: s.search.layout,
    group: s.shell.search,
    keys: ['G'],
    screens: here,
    run: () => setPref('hitLayout', usePrefs.getState().hitLayout === 'grid' ? 'list' : 'grid'),
  },
  {
    id: 'search.undo',
    title: s.shell.undo,
    group: s.shell.search,
    keys: ['Ctrl Z'],
    screens: here,
    disabled: () => ((currentSearch()?.past.length ?? 0) > 0 ? undefined : s.messages.disabledNoQuery),
    run: () => {
      const { searchId } = current()
      if (searchId !== undefined) undoQuestion(searchId)
    },
  },
]
