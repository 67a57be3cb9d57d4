'use strict'
/** npm run test:crash -- --points 1000 [--seed 7]: the kill harness with as many points as wanted. */
const { spawnSync } = require('node:child_process')
const path = require('node:path')

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : String(process.argv[at + 1])
}
const root = path.resolve(__dirname, '../..')
const run = spawnSync(
  process.execPath,
  [
    path.join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    'tests/crash/kill.test.ts',
    '--disable-console-intercept',
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      HILUM_CRASH_POINTS: option('points', '1000'),
      HILUM_CRASH_SEED: option('seed', '1'),
    },
  },
)
process.exitCode = run.status ?? 1
