/** Tools of the bar over the viewports, and how many of them it has room for. */
import {
  Contrast,
  Eye,
  FlipHorizontal2,
  FlipVertical2,
  Maximize,
  RotateCcw,
  RotateCw,
  Search,
  Undo2,
} from 'lucide-react'
import { useEffect, useState, type ReactNode, type RefObject } from 'react'
import { commands } from '../../app/commands.js'
import { SCALE, usePrefs } from '../../app/prefs.js'
import { undoLast } from '../../app/toasts.js'
import { s } from '../../strings/strings.js'
import { keyName } from '../../ui/Key.js'
import type { MenuItem } from '../../ui/Menu.js'
import { PRESETS } from '../../viewer/shade.js'
import { changeActive, fitView, resetViews, showActualSize, useViewer } from '../../viewer/viewerStore.js'

/** The key that a command has now, as people read it. */
export const keyOf = (id: string): string | undefined => {
  const [first] = commands().find((command) => command.id === id)?.keys ?? []
  return first === undefined ? undefined : keyName(first)
}

/** Widths of the bar, in CSS pixels at the smallest text, below which tools of that tier go into the menu. */
const TIERS = [1200, 1040, 860] as const
/** From this tier on the presets stand in the menu, too. */
export const PRESETS_TIER = 3

/** How many tiers of tools the bar has no room for; it never takes a second row that a menu can save. */
export function useTier(bar: RefObject<HTMLDivElement | null>): number {
  const size = usePrefs((prefs) => prefs.size)
  const [width, setWidth] = useState(Infinity)
  useEffect(() => {
    const node = bar.current
    if (!node) return
    const watch = new ResizeObserver(() => setWidth(node.clientWidth))
    watch.observe(node)
    return () => watch.disconnect()
  }, [bar])
  return TIERS.filter((least) => width < least * SCALE[size]).length
}

export type Action = {
  name: string
  command: string
  /** The tier with which it goes into the menu; absent: it stays. */
  tier?: number
  on?: boolean
  run: () => void
  icon: ReactNode
}

export function actionsOf(lens: boolean, seen: boolean): Action[] {
  return [
    {
      name: s.compare.rotateRight,
      command: 'view.rotate',
      tier: 2,
      run: () => changeActive((view) => ({ turns: (view.turns + 1) % 4 })),
      icon: <RotateCw aria-hidden="true" />,
    },
    {
      name: s.compare.flip,
      command: 'view.flip',
      tier: 2,
      run: () => changeActive((view) => ({ flipH: !view.flipH })),
      icon: <FlipHorizontal2 aria-hidden="true" />,
    },
    {
      name: s.compare.flipVertical,
      command: 'view.flipV',
      tier: 1,
      run: () => changeActive((view) => ({ flipV: !view.flipV })),
      icon: <FlipVertical2 aria-hidden="true" />,
    },
    {
      name: s.compare.invert,
      command: 'view.invert',
      run: () => changeActive((view) => ({ invert: !view.invert })),
      icon: <Contrast aria-hidden="true" />,
    },
    {
      name: s.compare.magnifier,
      command: 'view.lens',
      tier: 3,
      on: lens,
      run: () => useViewer.setState({ lens: !lens }),
      icon: <Search aria-hidden="true" />,
    },
    {
      name: s.compare.seen,
      command: 'view.seen',
      tier: 3,
      on: seen,
      run: () => useViewer.setState({ seen: !seen }),
      icon: <Eye aria-hidden="true" />,
    },
    {
      name: s.compare.fit,
      command: 'view.fit',
      tier: 2,
      run: fitView,
      icon: <Maximize aria-hidden="true" />,
    },
    {
      name: s.compare.actualSize,
      command: 'view.actual',
      tier: 1,
      run: showActualSize,
      icon: (
        <span className="one-to-one" aria-hidden="true">
          1:1
        </span>
      ),
    },
    { name: s.compare.undo, command: 'undo', run: () => void undoLast(), icon: <Undo2 aria-hidden="true" /> },
    {
      name: s.compare.reset,
      command: 'view.reset',
      tier: 3,
      run: resetViews,
      icon: <RotateCcw aria-hidden="true" />,
    },
  ]
}

export const presetItems = (): MenuItem[] =>
  PRESETS.map((preset, i) => ({
    id: `preset ${i}`,
    label: s.compare.presetNames[i] ?? '',
    hint: keyOf(`view.preset${i + 1}`) ?? '',
    run: () => changeActive(() => preset),
  }))
