import '@fontsource-variable/inter'
import { createRoot } from 'react-dom/client'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/data.css'
import './styles/shell.css'
import { App } from './app/App.js'
import { followIntake } from './app/intake.js'
import { followKeys } from './app/keys.js'
import { followHistory } from './app/nav.js'
import { loadPrefs } from './app/prefs.js'
import { followEngine, openDemo } from './app/session.js'
import { followSearches } from './features/search/followSearches.js'
import { connect } from './host/client.js'
import { getBridge } from './host/webBridge.js'

connect(getBridge())
// `npm start` asks for the demo library; said once, so that a reload opens what is open then.
const demo = window.location.hash === '#demo'
if (demo) window.history.replaceState(null, '', window.location.pathname)
followHistory()
followEngine(!demo)
followSearches()
followIntake()
followKeys()
void loadPrefs()
if (demo) void openDemo()

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(<App />)
}
