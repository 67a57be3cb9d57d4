'use strict'
/** The two test runners, started alike: what they print goes through, what they count comes back. */
const fs = require('node:fs')
const path = require('node:path')
const { spawn } = require('node:child_process')
const setup = require('./setup.js')

/** Runs a command with its output shown; resolves to its exit status. */
function shown(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: setup.root, stdio: ['ignore', 'inherit', 'inherit'], env })
    child.on('error', (error) => {
      console.error(error.message)
      resolve(1)
    })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

function readReport(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** A runner that ends badly without a count is one failure, never none. */
const atLeastOneFailure = (status, counts) =>
  status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts

/** Unit, contract, fuzz and crash tests. */
async function runVitest({ node, env, args = [] }) {
  const report = path.join(setup.cache, 'vitest.json')
  fs.rmSync(report, { force: true })
  const status = await shown(
    node,
    [
      path.join(setup.root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ],
    { ...setup.nodeEnvironment(node), ...env },
  )
  const counted = readReport(report)
  return atLeastOneFailure(status, {
    passed: counted?.numPassedTests ?? 0,
    failed: counted?.numFailedTests ?? 0,
    skipped: (counted?.numPendingTests ?? 0) + (counted?.numTodoTests ?? 0),
  })
}

/** Whether an X server has to be brought for Electron. */
const needsXvfb = () => process.platform === 'linux' && !process.env.DISPLAY

/** Whether this machine can give a command a network of its own (scripts/offline.sh). */
const canGoOffline = () =>
  process.platform === 'linux' &&
  process.getuid() === 0 &&
  setup.run('unshare', ['-n', '-m', 'sh', '-c', 'ip link add wire type veth peer name end']).status === 0

/**
 * End-to-end scenarios in Chromium and in Electron, as far as this machine has them.
 * @param offline where nothing can leave, everything that tries is counted as `packets`
 */
async function runPlaywright({ node, env, args = [], offline = false }) {
  const report = path.join(setup.cache, 'playwright.json')
  fs.rmSync(report, { force: true })
  const command = [node, path.join(setup.root, 'node_modules/@playwright/test/cli.js'), 'test', ...args]
  const displayed =
    needsXvfb() && setup.run('which', ['xvfb-run']).status === 0
      ? ['xvfb-run', '-a', '--server-args=-screen 0 1920x1200x24', ...command]
      : command
  const sent = path.join(setup.cache, 'sent-packets')
  fs.rmSync(sent, { force: true })
  const [program, ...rest] = offline
    ? ['unshare', '-n', '-m', 'bash', path.join(__dirname, 'offline.sh'), ...displayed]
    : displayed
  const status = await shown(program, rest, {
    ...setup.nodeEnvironment(node),
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    ...(offline ? { SENT: sent } : {}),
    ...env,
  })
  const packets = readReport(sent)
  const stats = readReport(report)?.stats
  return atLeastOneFailure(status, {
    passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
    failed: stats?.unexpected ?? 0,
    skipped: stats?.skipped ?? 0,
    ...(packets === undefined ? {} : { packets }),
  })
}

module.exports = { canGoOffline, runPlaywright, runVitest }
