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
import { useCompare, type Layout } from './compareStore.js'

function Act({
  name,
  keys,
  on,
  run,
  children,
}: {
  name: string
  keys?: string
  on?: boolean
  run: () => void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      className="btn ghost icon"
      aria-label={name}
      title={keys ? `${name} (${keys})` : name}
      aria-pressed={on}
      onClick={run}
    >
      {children}
    </button>
  )
}

const TOOLS: readonly [Tool, string, string, ReactNode][] = [
  ['window', s.compare.window, 'W', <SunMedium key="w" aria-hidden="true" />],
  ['pan', s.compare.pan, 'P', <Move key="p" aria-hidden="true" />],
  ['zoom', s.compare.zoom, 'Z', <ZoomIn key="z" aria-hidden="true" />],
  ['length', s.compare.length, 'D', <Ruler key="l" aria-hidden="true" />],
  ['angle', s.compare.angle, 'A', <TriangleRight key="a" aria-hidden="true" />],
]

export function ToolBar() {
  const { tool, lens, linked } = useViewer()
  const { layout, details } = useCompare()
  return (
    <div className="toolbar compare-tools" role="toolbar" aria-label={s.compare.tools}>
      {TOOLS.map(([id, name, key, icon]) => (
        <Act key={id} name={name} keys={key} on={tool === id} run={() => useViewer.setState({ tool: id })}>
          {icon}
        </Act>
      ))}
      <span className="sep" />
      <Act
        name={s.compare.rotateRight}
        keys="R"
        run={() => changeActive((view) => ({ turns: (view.turns + 1) % 4 }))}
      >
        <RotateCw aria-hidden="true" />
      </Act>
      <Act name={s.compare.flip} keys="H" run={() => changeActive((view) => ({ flipH: !view.flipH }))}>
        <FlipHorizontal2 aria-hidden="true" />
      </Act>
      <Act name={s.compare.invert} keys="I" run={() => changeActive((view) => ({ invert: !view.invert }))}>
        <Contrast aria-hidden="true" />
      </Act>
      <Act name={s.compare.magnifier} keys="M" on={lens} run={() => useViewer.setState({ lens: !lens })}>
        <Search aria-hidden="true" />
      </Act>
      <Act name={s.compare.reset} keys="Space" run={resetViews}>
        <RotateCcw aria-hidden="true" />
      </Act>
      <Menu
        className="btn ghost"
        heading={s.compare.presets}
        label={s.compare.presets}
        items={PRESETS.map((preset, i) => ({
          id: String(i),
          label: s.compare.presetNames[i] ?? '',
          hint: String(i + 1),
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
          keys="T"
          on={details}
          run={() => useCompare.setState({ details: !details })}
        >
          <Tags aria-hidden="true" />
        </Act>
      </span>
    </div>
  )
}
