/** The query panel folded to a strip: the picture stays in sight, and what must not be missed. */
import { Check, PanelLeftOpen, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { s } from '../../strings/strings.js'
import { Picture } from '../../ui/Picture.js'
import { QUERY_SIDE } from './searchRun.js'
import { queryImage, type Search } from './searchState.js'
import { useSearchUi } from './searchUi.js'

/** Below 1280 px the panel takes too much of the width; up to 800 px everything is one column already. */
const FOLDS = '(min-width: 801px) and (max-width: 1279px)'
const COLUMN = '(max-width: 800px)'

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches)
  useEffect(() => {
    const list = window.matchMedia(query)
    const follow = () => setMatches(list.matches)
    follow()
    list.addEventListener('change', follow)
    return () => list.removeEventListener('change', follow)
  }, [query])
  return matches
}

/** Whether the panel is folded: as the reader said, else by the window's width; never while a region is drawn. */
export function usePanelFolded(): boolean {
  const { panel, drawing } = useSearchUi()
  const folds = useMedia(FOLDS)
  const column = useMedia(COLUMN)
  return !column && !drawing && (panel === undefined ? folds : !panel)
}

export const openPanel = (open: boolean): void => useSearchUi.setState({ panel: open })

/** What of the panel must be seen though it is folded, each a line for the tooltip. */
function warningsOf(search: Search): string[] {
  const { opened, result } = search
  const cautions = queryImage(search)?.cautions ?? []
  return [
    ...(opened && opened.failures.length > 0 ? [s.search.failures(opened.failures.length)] : []),
    ...(opened?.notice ? [opened.notice.message] : []),
    ...(result?.query.inDistribution === false ? [s.search.outside] : []),
    ...cautions,
    ...(result?.query.remarks ?? []),
  ]
}

export function PanelStrip({ search }: { search: Search }) {
  const image = queryImage(search)
  const warnings = warningsOf(search)
  const open = () => openPanel(true)
  return (
    <aside className="panel panel-strip" aria-label={s.search.queryPanel}>
      <button
        type="button"
        className="btn ghost icon"
        aria-expanded={false}
        aria-label={s.search.openPanel}
        title={s.search.openPanel}
        onClick={open}
      >
        <PanelLeftOpen aria-hidden="true" />
      </button>
      {image && (
        <button type="button" className="strip-picture" aria-label={s.search.openPanel} onClick={open}>
          <Picture
            source={{ kind: 'query', queryId: image.queryId }}
            alt={s.search.query}
            synthetic={image.facts.synthetic}
            maxSide={QUERY_SIDE}
            small
            first
          />
        </button>
      )}
      <span className="xs">{s.search.query}</span>
      {warnings.length > 0 ? (
        <button
          type="button"
          className="btn ghost strip-warn"
          aria-label={warnings.join(' ')}
          title={warnings.join('\n')}
          onClick={open}
        >
          <TriangleAlert aria-hidden="true" />
          {warnings.length}
        </button>
      ) : (
        search.result?.query.inDistribution === true && (
          <span className="strip-right" role="img" aria-label={s.search.inside} title={s.search.inside}>
            <Check aria-hidden="true" />
          </span>
        )
      )}
    </aside>
  )
}
