/** Views of the viewports, the tool in hand and the marks. Linked viewports share every change. */
import { create } from 'zustand'
import { rememberUndo } from '../app/toasts.js'
import { HOME, type View } from './geometry.js'

export type Tool = 'window' | 'pan' | 'zoom' | 'length' | 'angle'
export const SLOTS = ['query', 'case', 'next', 'third'] as const
export type Slot = (typeof SLOTS)[number]
/** Points in image pixels: two for a length, three for an angle. */
export type Measure = { kind: 'length' | 'angle'; points: [number, number][] }

type Viewer = {
  tool: Tool
  /** Zoom, pan and turns go to every viewport. */
  linked: boolean
  /** The window goes to every viewport. */
  linkedWindow: boolean
  lens: boolean
  /** Every viewport shows what the model was given. */
  seen: boolean
  active: Slot
  views: Record<Slot, View>
  marks: Record<Slot, Measure[]>
}
const everySlot = <T>(value: T): Record<Slot, T> => ({ query: value, case: value, next: value, third: value })

export const useViewer = create<Viewer>(() => ({
  tool: 'window',
  linked: true,
  linkedWindow: true,
  lens: false,
  seen: false,
  active: 'query',
  views: everySlot(HOME),
  marks: everySlot<Measure[]>([]),
}))

/** Scale of the fitted image on each viewport, in screen pixels an image pixel; kept by the viewports as they draw. */
export const fitted = new Map<Slot, number>()

/** Frames of the image on each viewport; kept by the viewports as they draw. */
export const frameCounts = new Map<Slot, number>()

/** The image that is on each viewport. */
const shown = new Map<Slot, string>()

const picked = <T>(of: Record<Slot, T>, slots: readonly Slot[]): Partial<Record<Slot, T>> =>
  Object.fromEntries(slots.map((slot) => [slot, of[slot]]))

let rememberedAt = 0
/** Lets undo bring back views and marks as they are now. What follows within the time of one gesture is one step. */
export function rememberView(): void {
  const now = performance.now()
  const goesOn = now - rememberedAt < ONE_GESTURE
  rememberedAt = now
  if (goesOn) return
  const { views, marks } = useViewer.getState()
  const images = new Map(shown)
  rememberUndo('compare', () => {
    rememberedAt = 0
    const after = useViewer.getState()
    const bring = (to: Pick<Viewer, 'views' | 'marks'>): void => {
      // What was done to an image that has left its viewport is not laid over the one that came after it.
      const same = SLOTS.filter((slot) => shown.get(slot) === images.get(slot))
      useViewer.setState((now) => ({
        views: { ...now.views, ...picked(to.views, same) },
        marks: { ...now.marks, ...picked(to.marks, same) },
      }))
    }
    bring({ views, marks })
    return () => bring(after)
  })
}
/** Milliseconds: turns of the wheel and repeats of a key come faster. */
const ONE_GESTURE = 400

/** Changes one view, or all in what is linked. Frames are never shared: files differ in their number. */
export function changeView(slot: Slot, change: (view: View) => Partial<View>): void {
  useViewer.setState(({ views, linked, linkedWindow }) => {
    const delta = change(views[slot])
    const { frame: _frame, width, shift, invert, ...place } = delta
    const window = {
      ...(width === undefined ? {} : { width }),
      ...(shift === undefined ? {} : { shift }),
      ...(invert === undefined ? {} : { invert }),
    }
    const shared = { ...(linked ? place : {}), ...(linkedWindow ? window : {}) }
    const next = { ...views, [slot]: { ...views[slot], ...delta } }
    if (Object.keys(shared).length > 0)
      for (const other of SLOTS) if (other !== slot) next[other] = { ...views[other], ...shared }
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

/** The view a new image starts with: what is linked as it was, the rest at home. */
function linkedFrom(views: Record<Slot, View>, slot: Slot, place: boolean, window: boolean): View {
  const { width, shift, invert, frame: _frame, ...where } = views[slot]
  return { ...HOME, ...(place ? where : {}), ...(window ? { width, shift, invert } : {}) }
}

/** Another frame of the active image, if it has one there. */
export function stepFrame(slot: Slot, step: number): void {
  const last = (frameCounts.get(slot) ?? 1) - 1
  changeView(slot, ({ frame }) => ({ frame: Math.min(last, Math.max(0, frame + step)) }))
}

/** Lets the keys act on the active image. */
export function focusActive(): void {
  document.getElementById(`viewport-${useViewer.getState().active}`)?.focus()
}

/** The whole image in its viewport. */
export const fitView = (): void => changeActive(() => ({ zoom: 1, panX: 0, panY: 0 }))

/** Gives every viewport the window of the active one. */
export function matchWindows(): void {
  rememberView()
  useViewer.setState(({ views, active }) => {
    const { width, shift, invert } = views[active]
    const next = { ...views }
    for (const slot of SLOTS) next[slot] = { ...views[slot], width, shift, invert }
    return { views: next }
  })
}

export const resetViews = (): void => changeActive(() => ({ ...HOME }))

/**
 * Another image in a viewport: its frame and marks start anew, and its view where the viewports are not linked. Another query
 * starts every viewport anew. The image that was there already stays as it was.
 */
export function freshSlot(slot: Slot, image: string): void {
  if (shown.get(slot) === image) return
  shown.set(slot, image)
  fitted.delete(slot)
  frameCounts.delete(slot)
  if (slot === 'query') {
    useViewer.setState(({ marks }) => ({ views: everySlot(HOME), marks: { ...marks, query: [] } }))
    return
  }
  useViewer.setState(({ views, marks, linked, linkedWindow }) => ({
    views: { ...views, [slot]: linkedFrom(views, slot, linked, linkedWindow) },
    marks: { ...marks, [slot]: [] },
  }))
}

export function addMark(slot: Slot, mark: Measure): void {
  rememberView()
  useViewer.setState(({ marks }) => ({ marks: { ...marks, [slot]: [...marks[slot], mark] } }))
}
export function clearMarks(): void {
  rememberView()
  useViewer.setState({ marks: everySlot<Measure[]>([]) })
}
