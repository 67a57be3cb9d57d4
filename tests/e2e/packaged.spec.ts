/**
 * The packaged app: built for this computer, natives outside the archive, then started as a user starts it, from a folder
 * that is not the project’s, and driven.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from '@playwright/test'
import { png } from '../fixtures/pictures.js'
import { demoData } from './support/hosts.js'
import { expect, test } from './support/launch.js'
import { hasDisplay, electronPath, ROOT, rootArguments } from './support/machine.js'
import { descendants, isAlive } from './support/processes.js'
import { drop } from './support/window.js'

const APP = join(ROOT, 'dist', 'linux-unpacked')
const UNPACKED = join(APP, 'resources', 'app.asar.unpacked')

type Started = { page: Page; child: ChildProcess; browser: Browser }

/** The released app has no Node inspector (a fuse), so it is driven over Chromium's own port. */
async function start(userData: string): Promise<Started> {
  const child = spawn(join(APP, 'hilum'), [...rootArguments(), '--remote-debugging-port=0', '--demo'], {
    cwd: tmpdir(),
    env: { ...process.env, HILUM_USER_DATA: userData, HILUM_NODE: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString()
      const found = /DevTools listening on (ws:\/\/\S+)/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('exit', (code) => reject(new Error(`The app ended with ${code}: ${said}`)))
  })
  const browser = await chromium.connectOverCDP(address, { noDefaults: true })
  const [context] = browser.contexts()
  if (context === undefined) throw new Error('The app has no window')
  const page = context.pages()[0] ?? (await context.waitForEvent('page'))
  return { page, child, browser }
}

test.describe('the packaged app', () => {
  test.skip(({ hostKind }) => hostKind !== 'electron', 'There is one package, driven once')
  test.skip(process.platform !== 'linux', 'Packages for other systems are built there')
  test.skip(electronPath() === undefined, 'This machine has no Electron runtime')
  test.skip(!hasDisplay(), 'There is no display: run it through npm run test:e2e')

  test.beforeAll(() => {
    test.setTimeout(600_000)
    const packed = spawnSync(process.execPath, [join(ROOT, 'scripts', 'package.js'), '--dir'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect(packed.stdout + packed.stderr).toContain('without foreign binaries')
    expect(packed.status).toBe(0)
  })

  test('keeps native parts outside the archive, and no other system’s', () => {
    const files = readdirSync(UNPACKED, { recursive: true }).map(String)
    for (const native of [
      /faiss-node\.node$/,
      /onnxruntime_binding\.node$/,
      /better_sqlite3?.*\.node$|better-sqlite3.*\.node$/,
      /sharp-linux.*\.node$/,
    ])
      expect(files.filter((file) => native.test(file))).not.toEqual([])
    expect(files.filter((file) => /libopenblas|libgomp/.test(file)).length).toBeGreaterThan(0)
    const foreign = /(darwin|win32|musl)[^/]*\.node$|\.(dll|dylib|exe)$/
    expect(files.filter((file) => foreign.test(file))).toEqual([])
    expect(existsSync(join(APP, 'resources', 'default_app.asar'))).toBe(false)
    expect(existsSync(join(APP, 'resources', 'resources', 'models'))).toBe(true)
  })

  test('starts, ranks a dropped film, explains it, evaluates, and leaves nothing running', async () => {
    const userData = mkdtempSync(join(tmpdir(), 'hilum-packaged-'))
    cpSync(await demoData(), userData, { recursive: true })
    const { page, child, browser } = await start(userData)
    const below = descendants(child.pid as number)
    try {
      await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 90_000 })
      await drop(page, [{ name: 'new-film.png', mime: 'image/png', bytes: await png(77) }])
      await expect(page.getByText('new-film.png').first()).toBeVisible()
      await expect(page.locator('.hits .rank')).toHaveCount(10)
      await page.locator('.hit[tabindex="0"]').first().focus()
      await page.keyboard.press('Enter')
      await page.keyboard.press('e')
      await expect(page.getByText(/All places add up to \d\.\d{3}, the whole score/)).toBeVisible()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').fill('rib fracture')
      await page.keyboard.press('Enter')
      await expect(page.getByText(/so no images are ranked/)).toBeVisible()
      await page.keyboard.press('Control+4')
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      await expect(page.getByRole('heading', { name: 'Queries and their nearest' })).toBeVisible({
        timeout: 90_000,
      })
      below.push(...descendants(child.pid as number))
    } finally {
      await browser.close()
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await exited
      await expect.poll(() => below.filter(isAlive), { timeout: 15_000 }).toEqual([])
      rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
    }
  })
})
