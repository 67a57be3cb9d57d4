import {
  Contrast,
  FlipHorizontal2,
  Link2,
  Move,
  RotateCcw,
  RotateCw,
  Ruler,
  Search,
  SunMedium,
  Tags,
  TriangleRight,
  ZoomIn,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { s } from '../../strings/strings.js'
import { Segment } from '../../ui/Controls.js'
import { Menu } from '../../ui/Menu.js'
import { PRESETS } from '../../viewer/shade.js'
import { changeActive, matchWindows, resetViews, useViewer, type Tool } from '../../viewer/viewerStore.js'
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
  const { tool, lens, linked } = useViewer()
  const { layout, details } = useCompare()
  return (
    <div className="toolbar compare-tools" role="toolbar" aria-label={s.compare.tools}>
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
      <span className="sep" />
      <button
        type="button"
        className="btn"
        aria-pressed={linked}
        title={s.compare.linkedHelp}
        onClick={() => useViewer.setState({ linked: !linked })}
      >
        <Link2 aria-hidden="true" />
        {s.compare.linked}
      </button>
      <button type="button" className="btn ghost" title={s.compare.matchHelp} onClick={matchWindows}>
        {s.compare.matchWindows}
      </button>
      <span className="end row">
        <Segment<Layout>
          label={s.compare.layouts}
          value={layout}
          onChange={(value) => useCompare.setState({ layout: value })}
          options={[
            ['1', s.compare.layout(1)],
            ['2', s.compare.layout(2)],
            ['3', s.compare.layout(3)],
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
