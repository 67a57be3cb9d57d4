import { Ellipsis, Link2, Move, Ruler, SunMedium, Tags, TriangleRight, ZoomIn } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { s } from '../../strings/strings.js'
import { Segment } from '../../ui/Controls.js'
import { Menu } from '../../ui/Menu.js'
import { focusActive, matchWindows, useViewer, type Tool } from '../../viewer/viewerStore.js'
import { useShallow } from 'zustand/react/shallow'
import { usePrefs } from '../../app/prefs.js'
import { useCompare, type Layout } from './compareStore.js'
import { actionsOf, keyOf, PRESETS_TIER, presetItems, useTier, type Action } from './toolActions.js'

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
  const bar = useRef<HTMLDivElement>(null)
  const tier = useTier(bar)
  const actions = actionsOf(lens, seen)
  const isFolded = (action: Action): boolean => action.tier !== undefined && action.tier <= tier
  const shown = actions.filter((action) => !isFolded(action))
  const folded = actions.filter(isFolded)
  return (
    <div
      ref={bar}
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
      {shown.map(({ name, command, on, run, icon }) => (
        <Act key={command} name={name} command={command} {...(on === undefined ? {} : { on })} run={run}>
          {icon}
        </Act>
      ))}
      {tier < PRESETS_TIER && (
        <Menu
          className="btn ghost"
          heading={s.compare.presets}
          label={s.compare.presets}
          items={presetItems()}
        />
      )}
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
      {!linkedWindow && tier === 0 && (
        <button type="button" className="btn ghost" title={s.compare.matchHelp} onClick={matchWindows}>
          {s.compare.matchWindows}
        </button>
      )}
      {tier > 0 && (
        <Menu
          className="btn ghost icon"
          name={s.compare.moreTools}
          heading={s.compare.moreTools}
          label={<Ellipsis aria-hidden="true" />}
          items={[
            ...folded.map(({ name, command, on, run }) => ({
              id: command,
              label: name,
              ...(on === undefined ? {} : { checked: on }),
              hint: keyOf(command) ?? '',
              run,
            })),
            ...(linkedWindow ? [] : [{ id: 'match', label: s.compare.matchWindows, run: matchWindows }]),
            ...(tier < PRESETS_TIER ? [] : presetItems()),
          ]}
        />
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
