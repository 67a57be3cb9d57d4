/** Entry of the Electron app: one instance, one window, one supervised engine. */
import { join, resolve } from 'node:path'
import { app, dialog, type BrowserWindow } from 'electron'
import { EngineSupervisor } from '../hosts/engineSupervisor.js'
import { modelFolders, productVersion, userDataFolder } from '../hosts/places.js'
import { registerScheme, servePage } from './appProtocol.js'
import { engineSpawner } from './engine.js'
import { guardEverything, keepChromiumOffline } from './guards.js'
import { serveWindows } from './ipc.js'
import { setMenu } from './menu.js'
import { openWindow } from './window.js'

/** out/ in development; inside the asar it is a folder of the archive. */
const outFolder = resolve(__dirname, '..')
const root = resolve(outFolder, '..')
const resources = app.isPackaged ? join(process.resourcesPath, 'resources') : join(root, 'resources')
const userData = userDataFolder()

/** `--library DIR` and `--demo`, as `npm start` passes them. */
function asked(): { library?: string; demo: boolean } {
  const place = process.argv.indexOf('--library')
  const library = place < 0 ? undefined : process.argv[place + 1]
  return {
    demo: process.argv.includes('--demo'),
    ...(library === undefined ? {} : { library: resolve(library) }),
  }
}

function startEngine(): EngineSupervisor {
  const { library } = asked()
  const engine = new EngineSupervisor(
    engineSpawner(join(outFolder, 'engine'), root),
    {
      userData,
      modelDirs: modelFolders(resources, userData),
      version: productVersion(root),
      ...(library === undefined ? {} : { library }),
    },
    (line) => console.error(line),
  )
  engine.start()
  return engine
}

function focus(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.focus()
}

function run(): void {
  // Chromium's own files stay apart from libraries and settings.
  app.setPath('userData', join(userData, 'window'))
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  registerScheme()
  keepChromiumOffline()
  // Every process sandboxed. As root Chromium has no sandbox at all and is started with --no-sandbox, as tests are.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  let engine: EngineSupervisor | undefined
  let window: BrowserWindow | undefined
  let ended = false
  app.on('second-instance', () => window && focus(window))
  app.on('window-all-closed', () => app.quit())
  app.on('will-quit', (event) => {
    if (ended || engine === undefined) return
    // The library is closed and its lock released before the app is gone.
    event.preventDefault()
    void engine.stop().finally(() => {
      ended = true
      app.quit()
    })
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit())
  void app
    .whenReady()
    .then(() => {
      guardEverything()
      servePage(join(outFolder, 'renderer'))
      setMenu(productVersion(root))
      engine = startEngine()
      serveWindows(engine)
      const { library, demo } = asked()
      window = openWindow(outFolder, userData, demo && library === undefined)
    })
    .catch((error: unknown) => {
      dialog.showErrorBox('Hilum cannot start', error instanceof Error ? error.message : String(error))
      app.exit(1)
    })
}

run()
