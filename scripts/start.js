'use strict'
/** `npm start`: makes the clone ready, then opens Hilum; where Electron cannot run, serves the same window on 127.0.0.1. */
const { spawn } = require('node:child_process')
const path = require('node:path')
const setup = require('./setup.js')

const say = (line) => console.log(line)
const RETRY_AFTER = 24 * 3600 * 1000

function hasDisplay() {
  if (process.platform !== 'linux') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/** Fetches the Electron runtime once; where that is not possible it is not tried again for a day. */
function fetchElectron(node) {
  const { failedAt } = setup.readStamp('electron.json')
  if (failedAt && Date.now() - failedAt < RETRY_AFTER) return undefined
  say('Fetching the Electron runtime (about 110 MB, once) …')
  setup.run(node, [path.join(setup.root, 'node_modules/electron/install.js')], {
    stdio: 'ignore',
    timeout: 300_000,
  })
  const found = setup.findElectron()
  setup.writeStamp('electron.json', found ? {} : { failedAt: Date.now() })
  return found
}

/** @returns {{ electron?: string, why?: string }} */
function chooseHost(node) {
  if (!hasDisplay()) return { why: 'there is no display' }
  const electron = setup.findElectron() ?? fetchElectron(node)
  if (!electron) return { why: 'the Electron runtime could not be fetched' }
  if (!setup.ensureSystemPackages(['electron'], say))
    return { why: 'system packages for Electron are missing' }
  return { electron }
}

function main() {
  console.log('Hilum. Not a medical device, not for diagnosis.')
  const { node } = setup.ensureReady({ log: say })
  const { electron, why } = chooseHost(node)
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0
  const [command, args] = electron
    ? [electron, [...(asRoot ? ['--no-sandbox'] : []), setup.root, '--demo']]
    : [node, [path.join(setup.root, 'out/web/index.cjs'), '--demo', ...process.argv.slice(2)]]
  if (electron)
    say(
      asRoot
        ? 'Opening the window (without Chromium’s sandbox, because this is root) …'
        : 'Opening the window …',
    )
  else say(`Serving the window on 127.0.0.1, because ${why}.`)
  const child = spawn(command, args, { cwd: setup.root, stdio: 'inherit', env: setup.nodeEnvironment(node) })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })
  child.on('exit', (code) => process.exit(code ?? 0))
}

try {
  main()
} catch (error) {
  console.error(error instanceof setup.SetupError ? error.message : error)
  process.exit(1)
}
