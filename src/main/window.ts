/** The one window: sandboxed, isolated, dark from its first frame, where it was the last time. */
import { join } from 'node:path'
import { BrowserWindow, nativeTheme } from 'electron'
import { ORIGIN } from './appProtocol.js'
import { rememberWindow, savedWindow } from './windowState.js'

/** tokens.css: --bg, --text-2 and --titlebar of the dark theme, for what is drawn before the page is. */
const BACKGROUND = '#0b0d10'
const SYMBOLS = '#b0b8c2'
const TITLE_BAR = 44

/** @param demo the page opens the demo library, shows how far it is, and searches its sample study */
export function openWindow(outFolder: string, userData: string, demo: boolean): BrowserWindow {
  nativeTheme.themeSource = 'dark'
  const saved = savedWindow(userData)
  const window = new BrowserWindow({
    ...saved.bounds,
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: 'Hilum',
    backgroundColor: BACKGROUND,
    autoHideMenuBar: true,
    ...frameOptions(),
    webPreferences: {
      preload: join(outFolder, 'preload', 'index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  if (saved.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  rememberWindow(window, userData)
  // A window that cannot be shown is said on the console that started it; there is nowhere else.
  window.loadURL(demo ? `${ORIGIN}/#demo` : `${ORIGIN}/`).catch((error: unknown) => console.error(error))
  return window
}

/** Our own title bar where the system draws its buttons over it (Linux since Electron 34); else the system's frame. */
function frameOptions(): Electron.BrowserWindowConstructorOptions {
  const [major = '0'] = process.versions.electron.split('.')
  if (process.platform === 'darwin')
    return { titleBarStyle: 'hidden', trafficLightPosition: { x: 14, y: 14 } }
  if (process.platform === 'linux' && Number(major) < 34) return {}
  return {
    titleBarStyle: 'hidden',
    titleBarOverlay: { color: BACKGROUND, symbolColor: SYMBOLS, height: TITLE_BAR - 1 },
  }
}
