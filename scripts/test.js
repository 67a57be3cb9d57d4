'use strict'
/**
 * `npm test`: makes the clone ready, then every check and test. The last line counts them:
 * `N passed, N failed`. `--full` (npm run test:full) runs the full counts of the fuzz and crash harnesses.
 */
const fs = require('node:fs')
const setup = require('./setup.js')
const { runChecks } = require('./checks.js')
const { runPlaywright, runVitest } = require('./runners.js')

const FULL = {
  HILUM_FUZZ_COUNT: '100000',
  HILUM_CRASH_POINTS: '1000',
  HILUM_MUTATIONS: '2000',
  HILUM_FULL: '1',
}

const total = { passed: 0, failed: 0, skipped: 0 }
function count({ passed, failed, skipped = 0 }) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}

function heading(text) {
  console.log(`\n== ${text}`)
}

/** What this machine lacks, said loudly: a run without a browser is not a full run. */
function announce() {
  const lacking = []
  if (!fs.existsSync('/usr/bin/chromium') && !process.env.HILUM_CHROMIUM) lacking.push('Chromium')
  if (!setup.findElectron({ override: true }))
    lacking.push('an Electron runtime (set ELECTRON_OVERRIDE_DIST_PATH)')
  if (!process.env.HILUM_TEST_DATA) lacking.push('real test data (set HILUM_TEST_DATA)')
  for (const what of lacking)
    console.log(`!!!!!! This machine has no ${what}: the tests that need it are skipped. !!!!!!`)
}

async function main() {
  const full = process.argv.includes('--full')
  heading('Set-up')
  const { node } = setup.ensureReady({ log: console.log })
  setup.ensureSystemPackages(['electron', 'tests'], console.log)
  announce()
  const env = full ? FULL : {}
  heading('Checks')
  count(runChecks({ node, log: console.log }))
  heading('Unit, contract, conformance, fuzz, crash and security tests')
  count(await runVitest({ node, env }))
  heading('End-to-end scenarios in Chromium and Electron')
  count(await runPlaywright({ node, env }))
}

main()
  .catch((error) => {
    console.error(error instanceof setup.SetupError ? error.message : error)
    total.failed += 1
  })
  .finally(() => {
    const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
    console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`)
    process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
  })
