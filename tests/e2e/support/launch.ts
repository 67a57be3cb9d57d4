/** One `launch()` for every scenario: the window on the loopback host in Chromium, or in a real Electron. */
import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, _electron, chromium, type ElectronApplication, type Page } from '@playwright/test'
import { asNobody, isRoot, nobodyReads } from './unprivileged.js'
import { chromiumPath, electronPath, hasDisplay, ROOT, rootArguments } from './machine.js'

export type HostKind = 'web' | 'electron'
export type HostOptions = { hostKind: HostKind }

export type LaunchOptions = {
  /** Folder of libraries and settings; a fresh one when absent. */
  userData?: string
  /** Opens the demo library, as `npm start` does. */
  demo?: boolean
  library?: string
  /** Electron with its sandbox on: as nobody where the tests run as root. */
  sandboxed?: boolean
}
export type Launched = {
  page: Page
  host: HostKind
  userData: string
  /** Process id of the host: the web server or Electron's main process. */
  pid: number
  /** Electron only: the main process, for dialogs and inspection. */
  app?: ElectronApplication
  close(): Promise<void>
}

type Fixtures = { launch: (options?: LaunchOptions) => Promise<Launched> }

export const test = base.extend<Fixtures & HostOptions>({
  hostKind: ['web', { option: true }],
  launch: async ({ hostKind }, use, testInfo) => {
    if (hostKind === 'web') testInfo.skip(chromiumPath() === undefined, 'This machine has no Chromium')
    else {
      testInfo.skip(electronPath() === undefined, 'This machine has no Electron runtime')
      testInfo.skip(!hasDisplay(), 'There is no display: run it through npm run test:e2e')
      testInfo.skip(
        isRoot() && !nobodyReads(ROOT) && /electron(Security|Checklist)/.test(testInfo.file),
        'The clone lies where only root may read: run it as an ordinary user, or elsewhere',
      )
    }
    const launched: Launched[] = []
    const made: string[] = []
    await use(async (options = {}) => {
      const userData = options.userData ?? mkdtempSync(join(tmpdir(), 'hilum-e2e-'))
      if (options.userData === undefined) {
        made.push(userData)
        if (options.demo === true) cpSync(await demoData(), userData, { recursive: true })
      }
      const one = await (hostKind === 'web' ? launchWeb : launchElectron)(userData, options)
      launched.push(one)
      return one
    })
    for (const one of launched) await one.close()
    for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  },
})
export { expect } from '@playwright/test'

/**
 * A user's data with the demo library made, drawn once a run: drawing it takes longer than any scenario. Playwright
 * empties the folder before each run.
 */
export async function demoData(): Promise<string> {
  const folder = join(ROOT, 'test-results', 'demo-data')
  if (existsSync(folder)) return folder
  const drawing = `${folder}.partial`
  mkdirSync(drawing, { recursive: true })
  const child = spawn(process.execPath, [join(ROOT, 'out', 'web', 'index.cjs'), '--demo'], {
    env: environment(drawing),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await printed(child, /Sample study/)
  child.kill('SIGTERM')
  await exited
  renameSync(drawing, folder)
  return folder
}

function hostArguments({ demo, library }: LaunchOptions): string[] {
  return [...(demo === true ? ['--demo'] : []), ...(library === undefined ? [] : ['--library', library])]
}

const environment = (userData: string): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  HILUM_USER_DATA: userData,
})

/** What the loopback host prints, as soon as it matches. */
async function printed(child: ChildProcess, wanted: RegExp): Promise<string> {
  let text = ''
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString()
      const found = wanted.exec(text)
      if (found !== null) resolve(found[0])
    })
    child.on('exit', (code) => reject(new Error(`The loopback host ended with ${code}: ${text}`)))
  })
}

async function launchWeb(userData: string, options: LaunchOptions): Promise<Launched> {
  const child = spawn(process.execPath, [join(ROOT, 'out', 'web', 'index.cjs'), ...hostArguments(options)], {
    env: environment(userData),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const address = await printed(child, /http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{32}/)
  const executablePath = chromiumPath()
  const browser = await chromium.launch({
    args: rootArguments(),
    ...(executablePath === undefined ? {} : { executablePath }),
  })
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true })
  const page = await context.newPage()
  await page.goto(address)
  return {
    page,
    host: 'web',
    userData,
    pid: child.pid ?? -1,
    close: async () => {
      await browser.close()
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await exited
    },
  }
}

async function launchElectron(userData: string, options: LaunchOptions): Promise<Launched> {
  const found = electronPath()
  const nobody =
    options.sandboxed === true && isRoot() && found !== undefined ? asNobody(found, userData) : undefined
  const executablePath = nobody?.executablePath ?? found
  const app = await _electron.launch({
    args: [...(options.sandboxed === true ? [] : rootArguments()), ROOT, ...hostArguments(options)],
    cwd: ROOT,
    timeout: 120_000,
    // Playwright switches the sandbox off unless told otherwise.
    chromiumSandbox: options.sandboxed === true,
    env: { ...environment(userData), ...nobody?.env },
    ...(executablePath === undefined ? {} : { executablePath }),
  })
  const child = app.process()
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const page = await app.firstWindow({ timeout: 120_000 })
  await page.waitForLoadState('domcontentloaded')
  return {
    page,
    host: 'electron',
    userData,
    pid: child.pid ?? -1,
    app,
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) await app.close().catch(() => undefined)
      await exited
      nobody?.remove()
    },
  }
}
