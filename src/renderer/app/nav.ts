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

export function back(): void {
  if (useNav.getState().index > 0) window.history.back()
}
export function forward(): void {
  const { entries, index } = useNav.getState()
  if (index < entries.length - 1) window.history.forward()
}

/** Follows the browser's history; called once at start. */
export function followHistory(): void {
  window.history.replaceState({ hilum: first.key }, '')
  window.addEventListener('popstate', (event) => {
    const key = (event.state as { hilum?: number } | null)?.hilum
    const index = useNav.getState().entries.findIndex((entry) => entry.key === key)
    if (index >= 0) useNav.setState({ index })
  })
}
