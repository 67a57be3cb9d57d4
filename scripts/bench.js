'use strict'
/** `npm run bench`: timings beside named Python peers in one run, as ratios. Arguments name the benchmarks to run. */
const fs = require('node:fs')
const path = require('node:path')
const { spawnSync } = require('node:child_process')
const setup = require('./setup.js')

/** The peers' own Python environment, made once from bench/peers/requirements.txt. */
function ensurePeers(log) {
  const folder = path.join(setup.cache, 'bench-venv')
  const python = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  if (!fs.existsSync(python)) {
    log('Making the Python environment of the peers …')
    setup.run('python3', ['-m', 'venv', folder], { stdio: 'inherit' })
  }
  setup.run(
    python,
    ['-m', 'pip', 'install', '-q', '-r', path.join(setup.root, 'bench/peers/requirements.txt')],
    { stdio: 'inherit' },
  )
  return python
}

console.log('Benchmarks beside Python peers; ratios above 1 mean that Hilum is faster.')
try {
  const { node } = setup.ensureReady({ log: console.log })
  const python = ensurePeers(console.log)
  const result = spawnSync(
    node,
    [
      path.join(setup.root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      'bench/vitest.config.ts',
      ...process.argv.slice(2),
    ],
    {
      cwd: setup.root,
      stdio: 'inherit',
      env: { ...setup.nodeEnvironment(node), HILUM_BENCH_PYTHON: python },
    },
  )
  process.exitCode = result.status ?? 1
} catch (error) {
  console.error(error instanceof setup.SetupError ? error.message : error)
  process.exitCode = 1
}
