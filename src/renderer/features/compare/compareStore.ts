import { HEAT_OPACITY, HEAT_TOP } from '@shared/heatMap.js'
import { create } from 'zustand'

export type Layout = '1' | '2' | '3' | '4'

/** How the compare screen is laid out, and the notes picked for the report. */
export const useCompare = create<{
  layout: Layout
  explain: boolean
  /** The overlay on the query shows where the score differs from that of the nearest with the opposite finding. */
  differ: boolean
  opacity: number
  top: number
  details: boolean
  table: boolean
  pickedNotes: string[]
}>(() => ({
  layout: '2',
  explain: false,
  differ: false,
  opacity: HEAT_OPACITY,
  top: HEAT_TOP,
  details: true,
  table: false,
  pickedNotes: [],
}))

export function pickNote(noteId: string, picked: boolean): void {
  useCompare.setState(({ pickedNotes }) => ({
    pickedNotes: picked ? [...pickedNotes, noteId] : pickedNotes.filter((id) => id !== noteId),
  }))
}
