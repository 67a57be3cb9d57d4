'use strict'
/** `npm run test:e2e`: builds, then drives the real window in Chromium and Electron. Arguments go to Playwright. */
const setup = require('./setup.js')
const { runPlaywright } = require('./runners.js')

async function main() {
  console.log('End-to-end scenarios in Chromium and Electron:')
  const { node } = setup.ensureReady({ log: console.log })
  setup.ensureSystemPackages(['electron', 'tests'], console.log)
  const { passed, failed, skipped } = await runPlaywright({ node, args: process.argv.slice(2) })
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  process.exitCode = failed === 0 ? 0 : 1
}

main().catch((error) => {
  console.error(error instanceof setup.SetupError ? error.message : error)
  process.exitCode = 1
})
