/** Starts the window on the loopback host in Chromium, or in a real Electron; for scenarios and benchmarks. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { _electron, chromium, type ElectronApplication, type Page } from '@playwright/test'
import { asNobody, isRoot } from './unprivileged.js'
import { chromiumPath, electronPath, QUIET_CHROMIUM, ROOT, rootArguments } from './machine.js'

export type HostKind = 'web' | 'electron'

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
  /** Ends the host. @returns its exit status, or the signal that ended it */
  close(): Promise<number | NodeJS.Signals | null>
}

/** @param userData folder of libraries and settings */
export function launchHost(kind: HostKind, userData: string, options: LaunchOptions = {}): Promise<Launched> {
  return (kind === 'web' ? launchWeb : launchElectron)(userData, options)
}

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
    args: [...rootArguments(), ...QUIET_CHROMIUM],
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
      return child.signalCode ?? child.exitCode
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
      return child.signalCode ?? child.exitCode
    },
  }
}
