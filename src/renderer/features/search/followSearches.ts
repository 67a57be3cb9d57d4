/** What becomes of searches when the library, the model or the engine is another. */
import { current } from '../../app/nav.js'
import { onOtherLibrary, refreshStatus, useSession } from '../../app/session.js'
import { run, startSearch, stop } from './searchRun.js'
import { FRESH, currentSearch, useSearches, type Search } from './searchState.js'

/** Follows library changes and restarts; called once at start. */
export function followSearches(): void {
  onOtherLibrary(() => {
    const kept: Record<string, Search> = {}
    for (const search of Object.values(useSearches.getState().searches)) {
      stop(search.id)
      if (search.origin.kind !== 'sources') continue
      const { result: _result, selected: _selected, ...rest } = search
      kept[search.id] = { ...rest, question: { filters: {}, ...FRESH }, past: [] }
    }
    useSearches.setState({ searches: kept })
    const here = currentSearch()
    if (here) void run(here.id)
  })
  // The demo library shows itself: its sample study is searched when it is opened from an empty window.
  let shownOf: string | undefined
  useSession.subscribe(({ library, opening }) => {
    if (library?.sample !== true) shownOf = undefined
    // While the demo is being made its library is open already, with a part of its cases.
    else if (!opening && library.cases > 0 && shownOf !== library.path) {
      shownOf = library.path
      const { screen, searchId } = current()
      if (screen === 'search' && searchId === undefined) startSearch({ kind: 'sample' })
    }
  })
  // Another model ranks otherwise: what is on the screen is asked again, and what Back brings, after it.
  useSession.subscribe((now, before) => {
    const from = before.status?.model?.sha256
    const to = now.status?.model?.sha256
    if (from === undefined || to === undefined || from === to) return
    const here = currentSearch()
    const others = Object.values(useSearches.getState().searches).filter(({ id }) => id !== here?.id)
    for (const search of here === undefined ? others : [here, ...others])
      if (search.state === 'done' && search.result !== undefined) void run(search.id)
  })
  // A query that waited for its first library, or failed while the engine was away, runs as soon as it can.
  useSession.subscribe((now, before) => {
    const here = currentSearch()
    const firstLibrary = !before.library && now.library
    const backAgain = before.engine !== 'ready' && now.engine === 'ready'
    if (here?.state === 'problem' && (firstLibrary || (backAgain && here.problem?.retryable)))
      void run(here.id)
  })
}

export async function trySample(openDemo: () => Promise<boolean>): Promise<void> {
  await refreshStatus()
  const { library } = useSession.getState()
  if (!library?.sample && !(await openDemo())) return
  // A demo library just opened shows its sample by itself.
  if (currentSearch()?.origin.kind !== 'sample') startSearch({ kind: 'sample' })
}
