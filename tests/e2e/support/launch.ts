/** One `launch()` for every scenario: the window on the loopback host in Chromium, or in a real Electron. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from '@playwright/test'
import { demoData, launchHost, type HostKind, type Launched, type LaunchOptions } from './hosts.js'
import { isRoot, nobodyReads } from './unprivileged.js'
import { chromiumPath, electronPath, hasDisplay, ROOT } from './machine.js'

export type HostOptions = { hostKind: HostKind }

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
      const one = await launchHost(hostKind, userData, options)
      launched.push(one)
      return one
    })
    for (const one of launched) await one.close()
    for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  },
})
export { expect } from '@playwright/test'
