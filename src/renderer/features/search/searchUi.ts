import { create } from 'zustand'

/** Passing states of the search screen that are no part of the question. */
export const useSearchUi = create<{ drawing: boolean; previewing: boolean; seen: boolean; panel: boolean }>(
  () => ({
    drawing: false,
    previewing: false,
    seen: false,
    panel: false,
  }),
)
