import type { ViewerFrame } from '@shared/domain/viewer.js'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Affine } from './geometry.js'
import { measureText } from './measure.js'
import { PointerTool } from './pointer.js'
import { clearMarks, useViewer, type Tool } from './viewerStore.js'

const PLACED: Affine = [1, 0, 0, 1, 0, 0]
const SIZE = { width: 400, height: 400 }
const frame = { aspect: 1, format: 'uint16', windows: [] } as unknown as ViewerFrame

/** The hand on the mouse, over a viewport whose image lies pixel on pixel. */
class Hand {
  readonly tool = new PointerTool('query')

  #at(x: number, y: number, button = 0): React.PointerEvent {
    const currentTarget = {
      getBoundingClientRect: () => ({ left: 0, top: 0 }),
      setPointerCapture: () => undefined,
    }
    return { clientX: x, clientY: y, button, ctrlKey: false, currentTarget } as unknown as React.PointerEvent
  }
  move(x: number, y: number): void {
    this.tool.move(this.#at(x, y), PLACED, SIZE, frame)
  }
  click(x: number, y: number, button = 0): void {
    this.move(x, y)
    this.tool.down(this.#at(x, y, button), PLACED)
    this.tool.up(PLACED)
  }
  drag(x: number, y: number, toX: number, toY: number): void {
    this.tool.down(this.#at(x, y), PLACED)
    this.move(toX, toY)
    this.tool.up(PLACED)
  }
}

const take = (tool: Tool): void => useViewer.setState({ tool })
const said = (): string[] => useViewer.getState().marks.query.map((mark) => measureText(mark, frame))

describe('measuring', () => {
  beforeEach(() => {
    vi.stubGlobal('window', { devicePixelRatio: 1 })
    clearMarks()
  })

  it('sets the three points of an angle by three clicks', () => {
    take('angle')
    const hand = new Hand()
    hand.click(100, 0)
    expect(said()).toEqual([])
    hand.click(0, 0)
    expect(said()).toEqual([])
    hand.click(0, 100)
    expect(said()).toEqual(['90.0°'])
    expect(hand.tool.draft).toBeUndefined()
  })

  it('sets the ends of a length by two clicks', () => {
    take('length')
    const hand = new Hand()
    hand.click(10, 10)
    expect(said()).toEqual([])
    hand.click(13, 14)
    expect(said()[0]).toMatch(/^5\.0 /)
  })

  it('draws the legs by dragging, and takes drags and clicks together', () => {
    take('length')
    new Hand().drag(0, 0, 30, 40)
    expect(said()[0]).toMatch(/^50\.0 /)
    clearMarks()
    take('angle')
    const hand = new Hand()
    hand.drag(100, 0, 0, 0)
    hand.click(50, 50)
    expect(said()).toEqual(['45.0°'])
    hand.drag(100, 0, 0, 0)
    hand.drag(0, 0, 0, -80)
    expect(said()).toEqual(['45.0°', '90.0°'])
  })

  it('gives no number to a leg without length: a click twice on one place, and a trembling hand', () => {
    take('angle')
    const hand = new Hand()
    hand.click(100, 0)
    hand.click(100, 0)
    hand.drag(100, 0, 101, 1)
    expect(said()).toEqual([])
    const draft = hand.tool.draft
    expect(draft?.points).toHaveLength(2)
    hand.click(0, 0)
    // The second leg begins: it has no direction yet.
    expect(hand.tool.draft && measureText(hand.tool.draft, frame)).toBe('')
    expect(hand.tool.drop()).toBe(true)
    expect(said()).toEqual([])
  })

  it('moves the image between two clicks without setting a point', () => {
    take('length')
    const hand = new Hand()
    hand.click(10, 10)
    hand.click(200, 200, 1)
    expect(said()).toEqual([])
    hand.click(40, 50)
    expect(said()[0]).toMatch(/^50\.0 /)
  })
})
