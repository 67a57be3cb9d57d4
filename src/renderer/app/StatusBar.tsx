import { Cpu, EyeOff, Image, Info, Lock, TriangleAlert } from 'lucide-react'
import { s } from '../strings/strings.js'
import { count, indexName, providerName } from '../strings/format.js'
import { currentSearch, useSearches } from '../features/search/searchState.js'
import { useImport } from '../features/library/importStore.js'
import { useEntry } from './nav.js'
import { usePrefs } from './prefs.js'
import { useSession } from './session.js'
import { goSettings } from './settingsSection.js'

function Timing() {
  const { screen } = useEntry()
  useSearches((state) => state.searches)
  const rate = useImport((state) => (state.running ? state.progress?.rate : undefined))
  if (rate) return <span className="optional">{s.library.rate(rate)}</span>
  const times = screen === 'search' ? currentSearch()?.result?.milliseconds : undefined
  if (!times) return null
  return <span className="optional">{s.search.statuses(times.decode, times.encode, times.search)}</span>
}

/** A change of model goes on behind whatever is on the screen. */
function Switching() {
  const state = useSession(({ status }) => status?.modelSwitch)
  if (state?.state !== 'encoding') return null
  return (
    <button type="button" className="link" onClick={() => goSettings('model')}>
      {s.settings.switching(state.name)}: {s.settings.switched(state.done, state.total)}
    </button>
  )
}

export function StatusBar() {
  const { engine, status, library } = useSession()
  const hidden = usePrefs((prefs) => prefs.hideIdentities)
  const provider = status?.provider
  return (
    <footer className="statusbar">
      <span className="row">
        <Info aria-hidden="true" />
        <b>{s.shell.notForDiagnosis}</b>
      </span>
      <span className="row">
        <Lock aria-hidden="true" />
        {s.shell.nothingLeaves}
      </span>
      {library?.synthetic && (
        <span className="row optional">
          <Image aria-hidden="true" />
          {s.shell.synthetic}
        </span>
      )}
      {library?.readOnly && <span className="badge warn">{s.shell.readOnly}</span>}
      {hidden && (
        <span className="row">
          <EyeOff aria-hidden="true" />
          {s.shell.identitiesHidden}
        </span>
      )}
      <span className="row end">
        <Timing />
        <Switching />
        {provider?.note && (
          <span className="badge warn">
            <TriangleAlert aria-hidden="true" />
            {provider.note}
          </span>
        )}
        {status?.model && (
          <span className="optional">
            {s.shell.model} <b>{status.model.id}</b>
          </span>
        )}
        <span className="optional">
          {s.shell.index}{' '}
          <b>
            {library && library.indexVectors > 0
              ? `${indexName(library.indexKind)}, ${count(library.indexVectors)}`
              : s.shell.empty}
          </b>
        </span>
        <span className="row">
          <Cpu aria-hidden="true" />
          {provider ? `${providerName(provider.name)}, ${s.shell.threads(provider.threads)}` : ''}{' '}
          <b>{s.shell[engine]}</b>
        </span>
      </span>
    </footer>
  )
}
