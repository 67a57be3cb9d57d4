/** The window of a frame under what the reader changed. */
import type { ViewerFrame } from '@shared/domain/viewer.js'
import type { Shade } from './drawing.js'
import type { View } from './geometry.js'

/** The frame's own window: its VOI LUT where it has one, else its first window. */
export function ownWindow(frame: ViewerFrame): {
  center: number
  width: number
  function: Shade['function']
} {
  if (frame.voiLut) {
    const width = frame.voiLut.values.length
    return { center: frame.voiLut.first + width / 2, width, function: 'LUT' }
  }
  return frame.windows[0] ?? { center: 32767, width: 65535, function: 'LINEAR' }
}

/** A table holds until the reader changes the window; then a straight window over its input takes its place. */
export function shadeOf(frame: ViewerFrame, view: View): Shade {
  const own = ownWindow(frame)
  const changed = view.width !== 1 || view.shift !== 0
  return {
    center: own.center + view.shift * own.width,
    width: Math.max(1e-3, own.width * view.width),
    function: own.function === 'LUT' && changed ? 'LINEAR_EXACT' : own.function,
    invert: frame.inverted !== view.invert,
  }
}

/** Presets 1 to 4, relative to the file's own window, so that they mean the same on every detector. */
export const PRESETS: readonly Pick<View, 'width' | 'shift'>[] = [
  { width: 1, shift: 0 },
  { width: 2, shift: 0 },
  { width: 1.4, shift: -0.2 },
  { width: 0.55, shift: 0.05 },
]
