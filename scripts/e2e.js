'use strict'
/**
 * `npm run test:e2e`: builds, then drives the real window in Chromium and Electron. Arguments go to Playwright. With `--offline`
 * it all runs without a network, the packets that try to leave are counted, and one is a failure (Linux, as root).
 */
const setup = require('./setup.js')
const { canGoOffline, runPlaywright } = require('./runners.js')

async function main() {
  console.log('End-to-end scenarios in Chromium and Electron:')
  const { node } = setup.ensureReady({ log: console.log })
  setup.ensureSystemPackages(['electron', 'tests'], console.log)
  const offline = process.argv.includes('--offline')
  if (offline && !canGoOffline())
    throw new setup.SetupError('--offline needs Linux, root, unshare and ip (package iproute2).')
  const args = process.argv.slice(2).filter((each) => each !== '--offline')
  const { passed, failed, skipped, packets } = await runPlaywright({ node, args, offline })
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  if (offline) console.log(`${packets ?? 'unknown'} packets tried to leave`)
  process.exitCode = failed === 0 && (!offline || packets === 0) ? 0 : 1
}

main().catch((error) => {
  console.error(error instanceof setup.SetupError ? error.message : error)
  process.exitCode = 1
})
