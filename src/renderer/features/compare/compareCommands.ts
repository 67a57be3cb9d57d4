/** Commands of the viewer; keys follow the field's habits. */
import type { Command } from '../../app/command.js'
import { s } from '../../strings/strings.js'
import { PRESETS } from '../../viewer/shade.js'
import {
  changeActive,
  clearMarks,
  matchWindows,
  resetViews,
  fitView,
  showActualSize,
  SLOTS,
  stepFrame,
  useViewer,
  type Slot,
} from '../../viewer/viewerStore.js'
import { moveSelection } from '../search/searchCommands.js'
import { useCompare } from './compareStore.js'

const here = ['compare'] as const
const group = s.compare.title

function focusViewport(step: number): void {
  const shown = SLOTS.filter((slot) => document.getElementById(`viewport-${slot}`))
  const at = shown.indexOf(useViewer.getState().active)
  const next: Slot | undefined = shown[(at + step + shown.length) % shown.length]
  if (next === undefined) return
  useViewer.setState({ active: next })
  document.getElementById(`viewport-${next}`)?.focus()
}

const c = (id: string, title: string, keys: string[], run: () => void): Command => ({
  id: `view.${id}`,
  title,
  group,
  keys,
  screens: here,
  run,
})

export const compareCommands: Command[] = [
  c('window', s.compare.window, ['W'], () => useViewer.setState({ tool: 'window' })),
  c('zoom', s.compare.zoom, ['Z'], () => useViewer.setState({ tool: 'zoom' })),
  c('pan', s.compare.pan, ['P'], () => useViewer.setState({ tool: 'pan' })),
  c('length', s.compare.length, ['D'], () => useViewer.setState({ tool: 'length' })),
  c('angle', s.compare.angle, ['A'], () => useViewer.setState({ tool: 'angle' })),
  c('clear', s.compare.clearMarks, ['Delete'], clearMarks),
  c('invert', s.compare.invert, ['I'], () => changeActive((view) => ({ invert: !view.invert }))),
  c('rotate', s.compare.rotateRight, ['R'], () => changeActive((view) => ({ turns: (view.turns + 1) % 4 }))),
  c('rotateLeft', s.compare.rotateLeft, ['L'], () =>
    changeActive((view) => ({ turns: (view.turns + 3) % 4 })),
  ),
  c('flip', s.compare.flip, ['H'], () => changeActive((view) => ({ flipH: !view.flipH }))),
  c('flipV', s.compare.flipVertical, ['V'], () => changeActive((view) => ({ flipV: !view.flipV }))),
  c('lens', s.compare.magnifier, ['M'], () => useViewer.setState(({ lens }) => ({ lens: !lens }))),
  c('seen', s.compare.seen, ['S'], () => useViewer.setState(({ seen }) => ({ seen: !seen }))),
  c('link', s.compare.linkPlace, [], () => useViewer.setState(({ linked }) => ({ linked: !linked }))),
  c('linkWindow', s.compare.linkWindow, [], () =>
    useViewer.setState(({ linkedWindow }) => ({ linkedWindow: !linkedWindow })),
  ),
  c('reset', s.compare.reset, ['Space'], resetViews),
  c('zoomIn', s.compare.zoomIn, ['+'], () =>
    changeActive((view) => ({ zoom: Math.min(20, view.zoom * 1.25) })),
  ),
  c('zoomOut', s.compare.zoomOut, ['-'], () =>
    changeActive((view) => ({ zoom: Math.max(0.2, view.zoom / 1.25) })),
  ),
  c('fit', s.compare.fit, ['='], fitView),
  c('actual', s.compare.actualSize, ['0'], showActualSize),
  ...PRESETS.map((preset, i) =>
    c(`preset${i + 1}`, s.compare.presetNames[i] ?? s.compare.preset(i + 1), [String(i + 1)], () =>
      changeActive(() => preset),
    ),
  ),
  c('explain', s.compare.what, ['E'], () => useCompare.setState(({ explain }) => ({ explain: !explain }))),
  c('differ', s.compare.differ, ['N'], () =>
    useCompare.setState(({ differ }) => ({ explain: true, differ: !differ })),
  ),
  c('details', s.compare.details, ['T'], () => useCompare.setState(({ details }) => ({ details: !details }))),
  c('match', s.compare.matchWindows, ['Shift M'], matchWindows),
  c('next', s.compare.nextCase, ['PageDown'], () => moveSelection(1)),
  c('previous', s.compare.previousCase, ['PageUp'], () => moveSelection(-1)),
  c('right', s.compare.nextViewport, ['ArrowRight'], () => focusViewport(1)),
  c('left', s.compare.previousViewport, ['ArrowLeft'], () => focusViewport(-1)),
  c('frameNext', s.compare.nextFrame, ['ArrowDown'], () => stepFrame(useViewer.getState().active, 1)),
  c('framePrevious', s.compare.previousFrame, ['ArrowUp'], () => stepFrame(useViewer.getState().active, -1)),
]
