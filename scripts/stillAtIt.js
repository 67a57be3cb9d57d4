'use strict'
/**
 * A line every ten seconds while `work` keeps this process waiting (npm, apt, a compiler), on standard error. A process of its
 * own tells the time, because the waiting one cannot. Plain JavaScript for Node 18, as set-up is.
 */
const { spawn } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const EVERY_MILLISECONDS = 10_000

/**
 * @param {string} what "installing packages"
 * @param {() => T} work
 * @param {string} [lockfile] when packages are installed: says how many of them are there
 * @template T
 */
function sayingSo(what, work, lockfile = '') {
  const clock = spawn(process.execPath, [__filename, String(process.pid), what, lockfile], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  clock.on('error', () => undefined)
  try {
    return work()
  } finally {
    clock.kill('SIGKILL')
  }
}

/** Packages below a lockfile's folder, and how many it names for all systems together. */
function packagesOf(lockfile) {
  const root = path.dirname(lockfile)
  const names = Object.keys(JSON.parse(fs.readFileSync(lockfile, 'utf8')).packages).filter(
    (name) => name !== '',
  )
  return {
    there: names.filter((name) => fs.existsSync(path.join(root, name, 'package.json'))).length,
    all: names.length,
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function tell() {
  const [waiting, what, lockfile] = process.argv.slice(2)
  const start = Date.now()
  setInterval(() => {
    // Whoever waited was killed.
    if (!alive(Number(waiting))) process.exit()
    const seconds = Math.round((Date.now() - start) / 1000)
    const packages = lockfile === '' ? undefined : packagesOf(lockfile)
    const far = packages === undefined ? '' : `, ${packages.there} of about ${packages.all} there`
    process.stderr.write(`… still ${what}${far} (${seconds} s)\n`)
  }, EVERY_MILLISECONDS)
}

module.exports = { sayingSo }

if (require.main === module) tell()
