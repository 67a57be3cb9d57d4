import { ChartLine, Columns2, FileText, Folder, Search, Settings2, TextSearch } from 'lucide-react'
import { s } from '../strings/strings.js'
import { go, useEntry, type Screen } from './nav.js'

const PLACES: readonly [Screen, string, typeof Search][] = [
  ['search', s.shell.search, Search],
  ['compare', s.shell.compare, Columns2],
  ['words', s.shell.words, TextSearch],
  ['library', s.shell.library, Folder],
  ['evaluate', s.shell.evaluate, ChartLine],
  ['report', s.shell.report, FileText],
  ['settings', s.shell.settings, Settings2],
]

export function Rail() {
  const { screen } = useEntry()
  return (
    <nav className="rail" aria-label={s.shell.mainNav}>
      {PLACES.map(([id, name, Icon]) => (
        <button
          key={id}
          type="button"
          className={id === 'settings' ? 'end' : ''}
          aria-current={screen === id ? 'page' : undefined}
          onClick={() => go(id)}
        >
          <Icon className="l" aria-hidden="true" />
          {name}
        </button>
      ))}
    </nav>
  )
}
