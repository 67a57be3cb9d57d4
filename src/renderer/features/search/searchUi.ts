import { create } from 'zustand'

/** Passing states of the search screen that are no part of the question. */
export const useSearchUi = create<{
  drawing: boolean
  previewing: boolean
  seen: boolean
  /** Whether the query panel is open; undefined until the reader says: then the window's width decides. */
  panel: boolean | undefined
}>(() => ({
  drawing: false,
  previewing: false,
  seen: false,
  panel: undefined,
}))
