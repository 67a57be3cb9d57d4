import {
  Contrast,
  Eye,
  FlipHorizontal2,
  FlipVertical2,
  Link2,
  Maximize,
  Move,
  RotateCcw,
  RotateCw,
  Ruler,
  Search,
  SunMedium,
  Tags,
  TriangleRight,
  Undo2,
  ZoomIn,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { s } from '../../strings/strings.js'
import { Segment } from '../../ui/Controls.js'
import { Menu } from '../../ui/Menu.js'
import { PRESETS } from '../../viewer/shade.js'
import {
  changeActive,
  fitView,
  focusActive,
  matchWindows,
  resetViews,
  showActualSize,
  useViewer,
  type Tool,
} from '../../viewer/viewerStore.js'
import { undoLast } from '../../app/toasts.js'
import { useShallow } from 'zustand/react/shallow'
import { commands } from '../../app/commands.js'
import { usePrefs } from '../../app/prefs.js'
import { keyName } from '../../ui/Key.js'
import { useCompare, type Layout } from './compareStore.js'

const keyOf = (id: string): string | undefined => {
  const [first] = commands().find((command) => command.id === id)?.keys ?? []
  return first === undefined ? undefined : keyName(first)
}

/** The key that holds now for a command; follows the reader's own keys. */
function useKeyOf(id: string): string | undefined {
  usePrefs((prefs) => prefs.keys)
  return keyOf(id)
}

function Act({
  name,
  command,
  on,
  run,
  children,
}: {
  name: string
  /** Whose key is shown. */
  command: string
  on?: boolean
  run: () => void
  children: ReactNode
}) {
  const keys = useKeyOf(command)
  return (
    <button
      type="button"
      className="btn ghost icon"
      aria-label={name}
      title={keys === undefined ? name : `${name} (${keys})`}
      aria-pressed={on}
      onClick={run}
    >
      {children}
    </button>
  )
}

const TOOLS: readonly [Tool, string, ReactNode][] = [
  ['window', s.compare.window, <SunMedium key="w" aria-hidden="true" />],
  ['pan', s.compare.pan, <Move key="p" aria-hidden="true" />],
  ['zoom', s.compare.zoom, <ZoomIn key="z" aria-hidden="true" />],
  ['length', s.compare.length, <Ruler key="l" aria-hidden="true" />],
  ['angle', s.compare.angle, <TriangleRight key="a" aria-hidden="true" />],
]

export function ToolBar() {
  const { tool, lens, linked, linkedWindow, seen } = useViewer(
    useShallow(({ tool, lens, linked, linkedWindow, seen }) => ({ tool, lens, linked, linkedWindow, seen })),
  )
  const { layout, details } = useCompare()
  return (
    <div
      className="toolbar compare-tools"
      role="toolbar"
      aria-label={s.compare.tools}
      onClick={(event) => {
        // After a press with the mouse the keys go on to the image: Space resets it and presses no button again.
        const pressed = (event.target as Element).closest('button')
        if (event.detail > 0 && pressed && !pressed.hasAttribute('aria-haspopup')) focusActive()
      }}
    >
      {TOOLS.map(([id, name, icon]) => (
        <Act
          key={id}
          name={name}
          command={`view.${id}`}
          on={tool === id}
          run={() => useViewer.setState({ tool: id })}
        >
          {icon}
        </Act>
      ))}
      <span className="sep" />
      <Act
        name={s.compare.rotateRight}
        command="view.rotate"
        run={() => changeActive((view) => ({ turns: (view.turns + 1) % 4 }))}
      >
        <RotateCw aria-hidden="true" />
      </Act>
      <Act
        name={s.compare.flip}
        command="view.flip"
        run={() => changeActive((view) => ({ flipH: !view.flipH }))}
      >
        <FlipHorizontal2 aria-hidden="true" />
      </Act>
      <Act
        name={s.compare.flipVertical}
        command="view.flipV"
        run={() => changeActive((view) => ({ flipV: !view.flipV }))}
      >
        <FlipVertical2 aria-hidden="true" />
      </Act>
      <Act
        name={s.compare.invert}
        command="view.invert"
        run={() => changeActive((view) => ({ invert: !view.invert }))}
      >
        <Contrast aria-hidden="true" />
      </Act>
      <Act
        name={s.compare.magnifier}
        command="view.lens"
        on={lens}
        run={() => useViewer.setState({ lens: !lens })}
      >
        <Search aria-hidden="true" />
      </Act>
      <Act
        name={s.compare.seen}
        command="view.seen"
        on={seen}
        run={() => useViewer.setState({ seen: !seen })}
      >
        <Eye aria-hidden="true" />
      </Act>
      <Act name={s.compare.fit} command="view.fit" run={fitView}>
        <Maximize aria-hidden="true" />
      </Act>
      <Act name={s.compare.actualSize} command="view.actual" run={showActualSize}>
        <span className="one-to-one" aria-hidden="true">
          1:1
        </span>
      </Act>
      <Act name={s.compare.undo} command="undo" run={() => void undoLast()}>
        <Undo2 aria-hidden="true" />
      </Act>
      <Act name={s.compare.reset} command="view.reset" run={resetViews}>
        <RotateCcw aria-hidden="true" />
      </Act>
      <Menu
        className="btn ghost"
        heading={s.compare.presets}
        label={s.compare.presets}
        items={PRESETS.map((preset, i) => ({
          id: String(i),
          label: s.compare.presetNames[i] ?? '',
          hint: keyOf(`view.preset${i + 1}`) ?? '',
          run: () => changeActive(() => preset),
        }))}
      />
      <button
        type="button"
        className="btn"
        aria-pressed={linked}
        title={s.compare.linkedHelp}
        onClick={() => useViewer.setState({ linked: !linked })}
      >
        <Link2 aria-hidden="true" />
        <span className="sr">{s.compare.linked} </span>
        {s.compare.linkedPlace}
      </button>
      <button
        type="button"
        className="btn"
        aria-pressed={linkedWindow}
        title={s.compare.linkedWindowHelp}
        onClick={() => useViewer.setState({ linkedWindow: !linkedWindow })}
      >
        <span className="sr">{s.compare.linked} </span>
        {s.compare.linkedWindow}
      </button>
      {!linkedWindow && (
        <button type="button" className="btn ghost" title={s.compare.matchHelp} onClick={matchWindows}>
          {s.compare.matchWindows}
        </button>
      )}
      <span className="end row">
        <Segment<Layout>
          label={s.compare.layouts}
          value={layout}
          onChange={(value) => useCompare.setState({ layout: value })}
          options={[
            ['1', s.compare.layout(1)],
            ['2', s.compare.layout(2)],
            ['3', s.compare.layout(3)],
            ['4', s.compare.layout(4)],
          ]}
        />
        <Act
          name={s.compare.details}
          command="view.details"
          on={details}
          run={() => useCompare.setState({ details: !details })}
        >
          <Tags aria-hidden="true" />
        </Act>
      </span>
    </div>
  )
}
