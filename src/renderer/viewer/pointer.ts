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

export class PointerTool {
  #drag: Drag | undefined
  /** Points of the measurement being drawn, in image pixels. */
  draft: Measure | undefined
  readonly #slot: Slot

  constructor(slot: Slot) {
    this.#slot = slot
  }

  down(event: React.PointerEvent, placed: Affine): void {
    const tool = toolOf(event)
    useViewer.setState({ active: this.#slot })
    const point = this.#image(event, placed)
    if (tool === 'length') this.draft = { kind: 'length', points: [point, point] }
    else if (tool === 'angle') {
      if (!this.draft) this.draft = { kind: 'angle', points: [point, point] }
      else this.draft.points.push(point)
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
    if (this.draft) {
      this.draft.points[this.draft.points.length - 1] = this.#image(event, placed)
      return true
    }
    const drag = this.#drag
    if (!drag) return false
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

  up(): void {
    this.#drag = undefined
    const draft = this.draft
    if (!draft) return
    if (draft.kind === 'angle' && draft.points.length < 3) {
      // The first leg is drawn; the next press starts the second.
      const corner = draft.points[1]
      if (corner) draft.points.push([...corner])
      if (draft.points.length === 3 && draft.points[2]) return
    }
    this.draft = undefined
    addMark(this.#slot, draft)
  }

  #image(event: React.PointerEvent, placed: Affine): [number, number] {
    const rect = event.currentTarget.getBoundingClientRect()
    const ratio = window.devicePixelRatio
    return apply(inverse(placed), (event.clientX - rect.left) * ratio, (event.clientY - rect.top) * ratio)
  }
}
