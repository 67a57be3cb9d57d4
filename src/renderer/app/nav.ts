/**
 * Where the window is. Every step is an entry with its screen, the search it shows and its scroll places, so
 * that Back and Forward bring back query, selection and scroll. The browser's own history carries the keys,
 * so mouse buttons and Alt with arrows work in both hosts.
 */
import { create } from 'zustand'

export type Screen = 'search' | 'compare' | 'library' | 'words' | 'evaluate' | 'report' | 'settings'
export type Entry = { key: number; screen: Screen; searchId?: string; scroll: Record<string, number> }

type Nav = { entries: Entry[]; index: number }

let lastKey = 0
const first: Entry = { key: ++lastKey, screen: 'search', scroll: {} }

export const useNav = create<Nav>(() => ({ entries: [first], index: 0 }))

export const current = (): Entry => {
  const { entries, index } = useNav.getState()
  return entries[index] ?? first
}

/** The entry on the screen, for components. */
export const useEntry = (): Entry => useNav((nav) => nav.entries[nav.index] ?? first)

/** Goes to a screen as a new step; forward steps are dropped, as in a browser. */
export function go(screen: Screen, searchId?: string): void {
  const { entries, index } = useNav.getState()
  const here = entries[index]
  const search = searchId ?? here?.searchId
  if (here && here.screen === screen && here.searchId === search) return
  const entry: Entry = {
    key: ++lastKey,
    screen,
    scroll: {},
    ...(search === undefined ? {} : { searchId: search }),
  }
  heading = undefined
  useNav.setState({ entries: [...entries.slice(0, index + 1), entry], index: index + 1 })
  window.history.pushState({ hilum: entry.key }, '')
}

/** Names the search that the present step shows, without a new step. */
export function setSearchHere(searchId: string): void {
  const { entries, index } = useNav.getState()
  const here = entries[index]
  if (!here) return
  const next = [...entries]
  next[index] = { ...here, searchId }
  useNav.setState({ entries: next })
}

/**
 * Where the steps asked for lead, while the browser has not told of them yet: two quick ones must not lead past our own
 * first entry, out of Hilum.
 */
let heading: number | undefined

function step(by: -1 | 1): void {
  const { entries, index } = useNav.getState()
  const target = (heading ?? index) + by
  if (target < 0 || target >= entries.length) return
  heading = target
  window.history.go(by)
}
export const back = (): void => step(-1)
export const forward = (): void => step(1)

/** Follows the browser's history; called once at start. */
export function followHistory(): void {
  window.history.replaceState({ hilum: first.key }, '')
  window.addEventListener('popstate', (event) => {
    const key = (event.state as { hilum?: number } | null)?.hilum
    const index = useNav.getState().entries.findIndex((entry) => entry.key === key)
    if (index >= 0) useNav.setState({ index })
    if (index === heading || index < 0) heading = undefined
  })
}
