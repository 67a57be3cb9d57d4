import { defineConfig } from '@playwright/test'
import type { HostOptions } from './tests/e2e/support/launch.js'

/** Every scenario runs on both hosts: Debian's Chromium on the loopback host, and a real Electron. */
export default defineConfig<HostOptions>({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  timeout: 300_000,
  expect: { timeout: 30_000 },
  // One engine each, on machines with two cores.
  workers: 1,
  // A window that does not start on a crowded machine gets a second try; the report names it as flaky.
  retries: 1,
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] === undefined ? [['list']] : [['list'], ['json']],
  projects: [
    // The loopback host's own security suite is tests/security/loopback.test.ts.
    {
      name: 'web',
      testIgnore: [
        '**/electronSecurity.spec.ts',
        '**/electronChecklist.spec.ts',
        '**/scriptPayloads.spec.ts',
      ],
      use: { hostKind: 'web' },
    },
    { name: 'electron', use: { hostKind: 'electron' } },
  ],
})
