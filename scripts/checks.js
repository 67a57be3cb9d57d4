'use strict'
/** The static checks, each a named command; `npm run check` and `npm test` run the same list. */
const path = require('node:path')
const setup = require('./setup.js')

const bin = (...parts) => path.join(setup.root, 'node_modules', ...parts)

const CHECKS = [
  { name: 'types', args: [bin('typescript/bin/tsc'), '-p', 'tsconfig.json', '--noEmit'] },
  { name: 'lint', args: [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0'] },
  {
    name: 'layers',
    args: [bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'src', '--config', '.dependency-cruiser.cjs'],
  },
  { name: 'dead code', args: [bin('knip/bin/knip.js')] },
  { name: 'format', args: [bin('prettier/bin/prettier.cjs'), '--check', '.', '--log-level', 'warn'] },
]

/**
 * @param {{ node: string, log: (line: string) => void }} options
 * @returns {{ passed: number, failed: number }}
 */
function runChecks({ node, log }) {
  let failed = 0
  for (const { name, args } of CHECKS) {
    const started = Date.now()
    const result = setup.run(node, args, { env: setup.nodeEnvironment(node), maxBuffer: 64 * 1024 * 1024 })
    const seconds = ((Date.now() - started) / 1000).toFixed(1)
    if (result.status === 0) log(`  ok      ${name} (${seconds} s)`)
    else {
      failed += 1
      log(`  FAILED  ${name} (${seconds} s)\n${`${result.stdout ?? ''}${result.stderr ?? ''}`.slice(-6000)}`)
    }
  }
  return { passed: CHECKS.length - failed, failed }
}

module.exports = { runChecks }

if (require.main === module) {
  console.log('Types, lint, layers, dead code, format:')
  try {
    const { node } = setup.ensureReady({ log: console.log })
    process.exitCode = runChecks({ node, log: console.log }).failed === 0 ? 0 : 1
  } catch (error) {
    console.error(error instanceof setup.SetupError ? error.message : error)
    process.exitCode = 1
  }
}
