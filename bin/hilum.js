#!/usr/bin/env node
'use strict'
/** The `hilum` command: makes the project ready on first use (said on standard error), then runs the built command line. */
const { spawn } = require('node:child_process')
const path = require('node:path')
const { ensureReady, nodeEnvironment, root } = require('../scripts/setup.js')

const json = process.argv.includes('--json')

function fail(message) {
  if (json)
    process.stdout.write(
      `${JSON.stringify({ code: 'ENGINE_FAILED', message, remedy: 'Run "npm start" once and follow what it says.' })}\n`,
    )
  else process.stderr.write(`hilum: ${message}\n`)
  process.exit(1)
}

let node
try {
  ;({ node } = ensureReady({ log: (line) => process.stderr.write(`${line}\n`) }))
} catch (error) {
  fail(error.message)
}
const child = spawn(
  node,
  ['--disable-warning=ExperimentalWarning', path.join(root, 'out/cli/index.cjs'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: nodeEnvironment(node),
  },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => fail(error.message))
// By a signal only where a second Ctrl C asked for it.
child.on('exit', (code) => process.exit(code ?? 130))
