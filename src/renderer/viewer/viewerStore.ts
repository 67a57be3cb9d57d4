/** Views of the viewports, the tool in hand and the marks. Linked viewports share every change. */
import { create } from 'zustand'
import { HOME, type View } from './geometry.js'

export type Tool = 'window' | 'pan' | 'zoom' | 'length' | 'angle'
export type Slot = 'query' | 'case' | 'third'
/** Points in image pixels: two for a length, three for an angle. */
export type Measure = { kind: 'length' | 'angle'; points: [number, number][] }

type Viewer = {
  tool: Tool
  linked: boolean
  lens: boolean
  active: Slot
  views: Record<Slot, View>
  marks: Record<Slot, Measure[]>
}
export const useViewer = create<Viewer>(() => ({
  tool: 'window',
  linked: true,
  lens: false,
  active: 'query',
  views: { query: HOME, case: HOME, third: HOME },
  marks: { query: [], case: [], third: [] },
}))

/** Changes one view, or all when they are linked. Frames are never shared: files differ in their number. */
export function changeView(slot: Slot, change: (view: View) => Partial<View>): void {
  useViewer.setState(({ views, linked }) => {
    const delta = change(views[slot])
    const { frame: _frame, ...shared } = delta
    const next = { ...views, [slot]: { ...views[slot], ...delta } }
    if (linked)
      for (const other of Object.keys(views) as Slot[])
        if (other !== slot) next[other] = { ...views[other], ...shared }
    return { views: next }
  })
}

export const changeActive = (change: (view: View) => Partial<View>): void =>
  changeView(useViewer.getState().active, change)

/** Gives every viewport the window of the active one. */
export function matchWindows(): void {
  useViewer.setState(({ views, active }) => {
    const { width, shift, invert } = views[active]
    const next = { ...views }
    for (const slot of Object.keys(views) as Slot[]) next[slot] = { ...views[slot], width, shift, invert }
    return { views: next }
  })
}

export const resetViews = (): void => changeActive(() => ({ ...HOME }))

/** Another case in a viewport: its frame, marks and window start anew; zoom and turns stay where they are linked. */
export function freshSlot(slot: Slot): void {
  useViewer.setState(({ views, marks, linked }) => ({
    views: { ...views, [slot]: linked ? { ...views[slot], frame: 0 } : HOME },
    marks: { ...marks, [slot]: [] },
  }))
}

export function addMark(slot: Slot, mark: Measure): void {
  useViewer.setState(({ marks }) => ({ marks: { ...marks, [slot]: [...marks[slot], mark] } }))
}
export const clearMarks = (): void => useViewer.setState({ marks: { query: [], case: [], third: [] } })
