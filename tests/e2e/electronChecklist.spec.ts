/**
 * Electron's security checklist (electronjs.org/docs/latest/tutorial/security), its twenty points by number, each asserted
 * on the running app as an ordinary user. electronSecurity.spec.ts tries the attacks themselves.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from './support/launch.js'
import { ROOT } from './support/machine.js'
import { descendants } from './support/processes.js'

const built = (file: string): string => readFileSync(join(ROOT, 'out', file), 'utf8')

test('twenty of twenty', async ({ launch }) => {
  const launched = await launch({ sandboxed: true })
  const { app, page } = launched
  if (app === undefined) throw new Error('This is Electron’s own')
  const preferences = (await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    return (window?.webContents as unknown as { getLastWebPreferences(): unknown }).getLastWebPreferences()
  })) as Record<string, unknown>
  const policy = await page.evaluate(
    async () => (await fetch('/index.html')).headers.get('content-security-policy') ?? '',
  )
  const points: Record<string, () => Promise<void> | void> = {
    '1 only secure content is loaded': async () => {
      expect(page.url()).toBe('app://hilum/')
      expect(policy).not.toMatch(/https?:/)
      const plain = await page.evaluate(() => fetch('http://127.0.0.1:9/').then(String, () => 'refused'))
      expect(plain).toBe('refused')
    },
    '2 no Node integration': () => {
      for (const name of ['nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames'])
        expect(preferences[name] ?? false, name).toBe(false)
    },
    '3 context isolation': () => void expect(preferences['contextIsolation']).toBe(true),
    '4 every process is sandboxed': async () => {
      expect(preferences['sandbox']).toBe(true)
      expect(await app.evaluate(({ app: electron }) => electron.commandLine.hasSwitch('no-sandbox'))).toBe(
        false,
      )
      if (process.platform !== 'linux') return
      // The kernel's word: the renderer runs under a filter of system calls (2).
      const renderers = descendants(launched.pid).filter((pid) =>
        readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('--type=renderer'),
      )
      expect(renderers.length).toBeGreaterThan(0)
      for (const pid of renderers)
        expect(readFileSync(`/proc/${pid}/status`, 'latin1')).toMatch(/^Seccomp:\t2$/m)
    },
    '5 permissions are refused': async () => {
      const states = await page.evaluate(() =>
        Promise.all(
          ['camera', 'microphone', 'geolocation', 'notifications'].map((name) =>
            navigator.permissions.query({ name: name as PermissionName }).then(
              ({ state }) => state,
              () => 'denied',
            ),
          ),
        ),
      )
      expect(states).toEqual(['denied', 'denied', 'denied', 'denied'])
    },
    '6 web security stays on': () => void expect(preferences['webSecurity']).toBe(true),
    '7 a strict content security policy': () => {
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self'")
      expect(policy).not.toContain('unsafe')
    },
    '8 no insecure content': () =>
      void expect(preferences['allowRunningInsecureContent'] ?? false).toBe(false),
    '9 no experimental features': () => void expect(preferences['experimentalFeatures'] ?? false).toBe(false),
    '10 no Blink features': () => void expect(preferences['enableBlinkFeatures'] ?? '').toBe(''),
    '11 no pop-ups from a webview': () => {
      expect(preferences['webviewTag'] ?? false).toBe(false)
      expect(built('renderer/index.html')).not.toContain('<webview')
    },
    '12 a webview is refused before it is made': async () => {
      const listening = await app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((window) =>
          window.webContents.listenerCount('will-attach-webview'),
        ),
      )
      expect(listening).toEqual([1])
    },
    '13 no navigation': async () => {
      await page.evaluate(() => {
        location.href = 'data:text/html,gone'
      })
      await page.waitForTimeout(300)
      expect(page.url()).toBe('app://hilum/')
    },
    '14 no new windows': async () => {
      expect(await page.evaluate(() => window.open('app://hilum/index.html') === null)).toBe(true)
      expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
    },
    '15 nothing is handed to the system to open': () => {
      for (const file of ['main/index.cjs', 'preload/index.cjs'])
        expect(built(file)).not.toMatch(/openExternal|openPath|showItemInFolder/)
    },
    '16 one current Electron, pinned': () => {
      const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
        devDependencies: Record<string, string>
      }
      const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
        packages: Record<string, { version?: string }>
      }
      expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/)
      expect(lock.packages['node_modules/electron']?.version).toBe(devDependencies['electron'])
      expect(Number.parseInt(devDependencies['electron'] ?? '0', 10)).toBeGreaterThanOrEqual(45)
    },
    '17 every sender is looked at': async () => {
      const answer = await app.evaluate(async ({ app: electron, BrowserWindow }) => {
        const preload = `${electron.getAppPath()}/out/preload/index.cjs`
        const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
        await foreign.loadURL('data:text/html,foreign')
        const heard: unknown = await foreign.webContents.executeJavaScript(
          `Promise.race([
            window.hilum.call(1, 'engine.status', {}).then(() => 'answered'),
            new Promise((resolve) => setTimeout(() => resolve('silence'), 2000)),
          ])`,
        )
        foreign.destroy()
        return heard
      })
      expect(answer).toBe('silence')
    },
    '18 a protocol of our own, no file://': async () => {
      const file = await page.evaluate(() => fetch('file:///etc/passwd').then(String, () => 'refused'))
      expect(file).toBe('refused')
      expect(built('main/index.cjs')).not.toMatch(/loadFile\(|file:\/\/\//)
    },
    '19 every fuse is set': () => {
      const { electronFuses } = createRequire(join(ROOT, 'package.json'))(
        './build/electron-builder.config.cjs',
      ) as {
        electronFuses: Record<string, boolean>
      }
      expect(electronFuses).toMatchObject({
        runAsNode: false,
        enableCookieEncryption: true,
        enableNodeOptionsEnvironmentVariable: false,
        enableNodeCliInspectArguments: false,
        enableEmbeddedAsarIntegrityValidation: true,
        onlyLoadAppFromAsar: true,
        loadBrowserProcessSpecificV8Snapshot: false,
        grantFileProtocolExtraPrivileges: false,
      })
    },
    '20 nothing of Electron reaches the page': async () => {
      const seen = await page.evaluate(() => {
        const { hilum } = window as unknown as { hilum: Record<string, unknown> }
        const kinds = new Set(Object.values(hilum).map((each) => typeof each))
        const names = ['require', 'process', 'ipcRenderer', 'electron', 'webFrame', 'contextBridge']
        return { kinds: [...kinds].sort(), leaked: names.filter((name) => name in window || name in hilum) }
      })
      expect(seen).toEqual({ kinds: ['function', 'string'], leaked: [] })
    },
  }
  expect(Object.keys(points)).toHaveLength(20)
  for (const [name, check] of Object.entries(points)) await test.step(name, async () => check())
})
