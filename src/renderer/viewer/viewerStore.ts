/** Views of the viewports, the tool in hand and the marks. Linked viewports share every change. */
import { create } from 'zustand'
import { rememberUndo } from '../app/toasts.js'
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

/** Scale of the fitted image on each viewport, in screen pixels an image pixel; kept by the viewports as they draw. */
export const fitted = new Map<Slot, number>()

let rememberedAt = 0
/** Lets undo bring back views and marks as they are now. What follows within the time of one gesture is one step. */
export function rememberView(): void {
  const now = performance.now()
  const goesOn = now - rememberedAt < ONE_GESTURE
  rememberedAt = now
  if (goesOn) return
  const { views, marks } = useViewer.getState()
  rememberUndo('compare', () => {
    rememberedAt = 0
    useViewer.setState({ views, marks })
  })
}
/** Milliseconds: turns of the wheel and repeats of a key come faster. */
const ONE_GESTURE = 400

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

/** Changes the active view by a command; undo takes it back. */
export function changeActive(change: (view: View) => Partial<View>): void {
  rememberView()
  changeView(useViewer.getState().active, change)
}

/** One pixel of the image on one pixel of the screen. */
export function showActualSize(): void {
  const fit = fitted.get(useViewer.getState().active)
  if (fit !== undefined && fit > 0) changeActive(() => ({ zoom: Math.min(20, Math.max(0.2, 1 / fit)) }))
}

/** Gives every viewport the window of the active one. */
export function matchWindows(): void {
  rememberView()
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
  rememberView()
  useViewer.setState(({ marks }) => ({ marks: { ...marks, [slot]: [...marks[slot], mark] } }))
}
export function clearMarks(): void {
  rememberView()
  useViewer.setState({ marks: { query: [], case: [], third: [] } })
}
