/** What a drag does: the tool in hand with the left button, pan with the middle one, zoom with the right one, or as the reader set it. */
import type { ViewerFrame } from '@shared/domain/viewer.js'
import { usePrefs } from '../app/prefs.js'
import { apply, inverse, type Affine, type View } from './geometry.js'
import { ownWindow } from './shade.js'
import {
  addMark,
  changeView,
  rememberView,
  useViewer,
  type Measure,
  type Slot,
  type Tool,
} from './viewerStore.js'

type Drag = { x: number; y: number; tool: Tool; start: View }

function toolOf(event: React.PointerEvent): Tool {
  const { mouse } = usePrefs.getState()
  const drag = event.ctrlKey ? 'pan' : [mouse.left, mouse.middle, mouse.right][event.button]
  return drag === undefined || drag === 'tool' ? useViewer.getState().tool : drag
}

/** CSS pixels: a press that moves less is a click and draws no leg. */
const CLICK = 3
const POINTS = { length: 2, angle: 3 } as const

/** Marks are drawn by dragging each leg or by clicking its ends; the last point follows the pointer until it is set. */
export class PointerTool {
  #drag: Drag | undefined
  #pressed = false
  /** Points of the measurement being drawn, in image pixels. The last one is not set yet. */
  draft: Measure | undefined
  readonly #slot: Slot

  constructor(slot: Slot) {
    this.#slot = slot
  }

  down(event: React.PointerEvent, placed: Affine): void {
    const tool = toolOf(event)
    useViewer.setState({ active: this.#slot })
    if (tool === 'length' || tool === 'angle') {
      const point = this.#image(event, placed)
      if (this.draft?.kind !== tool) this.draft = { kind: tool, points: [point, point] }
      else this.draft.points[this.draft.points.length - 1] = point
      this.#pressed = true
    } else {
      rememberView()
      this.#drag = { x: event.clientX, y: event.clientY, tool, start: useViewer.getState().views[this.#slot] }
    }
    event.currentTarget.setPointerCapture(event.pointerId)
  }

  /** @returns true when something changed */
  move(
    event: React.PointerEvent,
    placed: Affine,
    size: { width: number; height: number },
    frame: ViewerFrame,
  ): boolean {
    const drag = this.#drag
    if (!drag) {
      if (!this.draft) return false
      this.draft.points[this.draft.points.length - 1] = this.#image(event, placed)
      return true
    }
    const dx = event.clientX - drag.x
    const dy = event.clientY - drag.y
    const side = Math.min(size.width, size.height)
    changeView(this.#slot, () => {
      if (drag.tool === 'pan') return { panX: drag.start.panX + dx / side, panY: drag.start.panY + dy / side }
      if (drag.tool === 'zoom')
        return { zoom: Math.min(20, Math.max(0.2, drag.start.zoom * Math.exp(dy / 200))) }
      // One full drag across halves or doubles; a colour picture has no window.
      if (frame.format === 'rgb8' || ownWindow(frame).width === 0) return {}
      return {
        width: Math.max(0.01, drag.start.width * Math.exp(dx / 250)),
        shift: drag.start.shift + dy / 500,
      }
    })
    return true
  }

  /** @param placed image pixels to canvas pixels, as the mark was drawn */
  up(placed: Affine): void {
    this.#drag = undefined
    const draft = this.draft
    if (!draft || !this.#pressed) return
    this.#pressed = false
    const [from, to] = draft.points.slice(-2)
    if (!from || !to) return
    const [x, y] = apply(placed, ...from)
    const [toX, toY] = apply(placed, ...to)
    // A click sets the point it was made on; its leg ends at the next one.
    if (Math.hypot(toX - x, toY - y) < CLICK * window.devicePixelRatio) return
    if (draft.points.length < POINTS[draft.kind]) {
      draft.points.push([...to])
      return
    }
    this.draft = undefined
    addMark(this.#slot, draft)
  }

  /** Gives up the mark being drawn. @returns whether there was one */
  drop(): boolean {
    const dropped = this.draft !== undefined
    this.draft = undefined
    this.#pressed = false
    return dropped
  }

  #image(event: React.PointerEvent, placed: Affine): [number, number] {
    const rect = event.currentTarget.getBoundingClientRect()
    const ratio = window.devicePixelRatio
    return apply(inverse(placed), (event.clientX - rect.left) * ratio, (event.clientY - rect.top) * ratio)
  }
}
