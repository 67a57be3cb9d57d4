import { _electron } from '@playwright/test'
import { expect, it } from 'vitest'
import { electronPath, ROOT, rootArguments } from '../e2e/support/machine.js'
import { canShowWindows, openDisplay } from '../support/display.js'
import { ElectronPageClient } from './electronPage.js'
import { contractSuite, value, type Connection } from './suite.js'

const START_MILLISECONDS = 110_000

/** The built app as it is shipped: page, preload, IPC, main, engine. It finds the model by itself, in resources. */
async function connect({ userData }: { userData: string }): Promise<Connection> {
  const executablePath = electronPath() as string
  const display = await openDisplay()
  const app = await _electron.launch({
    executablePath,
    args: [...rootArguments(), ROOT],
    cwd: ROOT,
    timeout: START_MILLISECONDS,
    env: {
      ...(process.env as Record<string, string>),
      HILUM_USER_DATA: userData,
      ...(display.name === undefined ? {} : { DISPLAY: display.name }),
    },
  })
  const page = await app.firstWindow({ timeout: START_MILLISECONDS })
  await page.waitForLoadState('domcontentloaded')
  const client = await ElectronPageClient.connect(app, page)
  // The window opens the library used last by itself; what the suite opens comes after that.
  const { libraries } = value(await client.call('library.recent', {}))
  if (libraries.length > 0)
    await expect
      .poll(async () => value(await client.call('engine.status', {})).library, { timeout: 30_000 })
      .toBeDefined()
  return {
    client,
    async close() {
      await app.close()
      await display.close()
    },
  }
}

if (electronPath() !== undefined && canShowWindows())
  contractSuite({
    name: 'Electron IPC',
    structuredClone: false,
    // tests/e2e/electronSecurity.spec.ts sends them: the page's own way of packing them is no part of this.
    hostile: false,
    connect,
  })
else it.skip('the contract over Electron IPC: this machine has no Electron runtime or no screen')
