/** The window: title bar, rail, the screen of the present step, status bar. */
import { CompareScreen } from '../features/compare/CompareScreen.js'
import { EvaluateScreen } from '../features/evaluate/EvaluateScreen.js'
import { LibraryScreen } from '../features/library/LibraryScreen.js'
import { ReportScreen } from '../features/report/ReportScreen.js'
import { HeldBack } from '../features/search/HeldBack.js'
import { SearchScreen } from '../features/search/SearchScreen.js'
import { useOpenReading } from '../features/search/searchState.js'
import { SettingsScreen } from '../features/settings/SettingsScreen.js'
import { WelcomeScreen } from '../features/welcome/WelcomeScreen.js'
import { WordsScreen } from '../features/words/WordsScreen.js'
import { host } from '../host/client.js'
import { Boundary } from '../ui/Boundary.js'
import { useEntry, type Screen } from './nav.js'
import { Overlays } from './Overlays.js'
import { Rail } from './Rail.js'
import { StatusBar } from './StatusBar.js'
import { TitleBar } from './TitleBar.js'

/** They name findings of cases, perhaps of the very image that is read blind. */
const NAMES_FINDINGS: readonly Screen[] = ['library', 'words', 'evaluate', 'report']

function CurrentScreen() {
  const entry = useEntry()
  const reading = useOpenReading()
  if (reading !== undefined && NAMES_FINDINGS.includes(entry.screen)) return <HeldBack searchId={reading} />
  switch (entry.screen) {
    case 'search':
      return entry.searchId === undefined ? <WelcomeScreen /> : <SearchScreen searchId={entry.searchId} />
    case 'compare':
      return <CompareScreen searchId={entry.searchId} />
    case 'library':
      return <LibraryScreen />
    case 'words':
      return <WordsScreen />
    case 'evaluate':
      return <EvaluateScreen />
    case 'report':
      return <ReportScreen searchId={entry.searchId} />
    case 'settings':
      return <SettingsScreen />
  }
}

export function App() {
  const { screen } = useEntry()
  return (
    <div className={`app ${host().host}`}>
      <TitleBar />
      <Rail />
      <main className="screen">
        <Boundary key={screen}>
          <CurrentScreen />
        </Boundary>
      </main>
      <StatusBar />
      <Overlays />
    </div>
  )
}
