'use strict'
/**
 * Makes a fresh clone ready: packages, the right Node, FAISS, system packages, the build. Plain JavaScript without
 * dependencies that runs on Node 18, because it runs before anything is installed. Every step says what it does,
 * does nothing when it is done already, and is quick then.
 */
const { spawnSync } = require('node:child_process')
const crypto = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const { sayingSo } = require('./stillAtIt.js')

const root = path.resolve(__dirname, '..')
const cache = path.join(root, '.cache')
const at = (...parts) => path.join(root, ...parts)

/** Debian packages by what needs them. */
const SYSTEM_PACKAGES = {
  electron: [
    'libgtk-3-0',
    'libnss3',
    'libasound2',
    'libgbm1',
    'libxss1',
    'libxtst6',
    'libsecret-1-0',
    'libnotify4',
  ],
  tests: ['chromium', 'xvfb', 'xauth', 'fonts-dejavu-core', 'dcmtk', 'poppler-utils', 'gcc', 'libc6-dev'],
}

class SetupError extends Error {}

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', ...options })
}

const sha256 = (...chunks) => {
  const hash = crypto.createHash('sha256')
  for (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

function readStamp(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(cache, name), 'utf8'))
  } catch {
    return {}
  }
}

function writeStamp(name, value) {
  fs.mkdirSync(cache, { recursive: true })
  fs.writeFileSync(path.join(cache, name), JSON.stringify(value))
}

/** One set-up at a time: a second waits until the first ends, and takes over from a dead one. */
function withLock(log, work) {
  fs.mkdirSync(cache, { recursive: true })
  const lock = path.join(cache, 'setup.lock')
  let waited = false
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      // Somebody else's folder: what is ready can be used; what is not says so when it is written.
      if (['EACCES', 'EPERM', 'EROFS'].includes(error.code)) return work()
      if (error.code !== 'EEXIST') throw error
      const holder = Number(fs.readFileSync(lock, 'utf8').trim() || 0)
      if (!alive(holder)) fs.rmSync(lock, { force: true })
      else {
        if (!waited) log(`Another set-up is under way (process ${holder}); waiting for it …`)
        waited = true
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
      }
    }
  }
  try {
    return work()
  } finally {
    fs.rmSync(lock, { force: true })
  }
}

function alive(pid) {
  if (!pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** npm as it was started, or the one on the PATH, run by `node`. */
function npm(args, { node = process.execPath, ...options }) {
  const started = process.env.npm_execpath
  if (started && /npm-cli\.js$/.test(started))
    return run(node, [started, ...args], { ...options, env: nodeEnvironment(node) })
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
    shell: process.platform === 'win32',
    ...options,
    env: nodeEnvironment(node),
  })
}

/** Installs the packages of the lockfile where they are missing or older than it. */
function ensureInstalled(log) {
  const lockHash = sha256(fs.readFileSync(at('package-lock.json')))
  const wanted = { lock: lockHash, platform: `${process.platform}-${process.arch}` }
  const stamp = readStamp('install.json')
  const present = fs.existsSync(at('node_modules/.package-lock.json'))
  if (present && stamp.lock === wanted.lock && stamp.platform === wanted.platform) return
  if (present && stamp.lock === undefined && lockMatches()) {
    writeStamp('install.json', wanted)
    return
  }
  log('Installing packages with npm (one to three minutes the first time) …')
  // Not `npm ci`: some npm releases call a lockfile with optional packages of other systems incomplete and refuse.
  npmInstall()
  const node = findNode()
  // npm leaves out optional packages that the Node it runs on is too old for, the bundler's native part among them.
  if (node !== process.execPath && majorOf(node) !== majorOf(process.execPath)) {
    log(`From here on with Node ${majorOf(node)}, which npm brought; this is Node ${process.versions.node} …`)
    npmInstall(node)
  }
  writeStamp('install.json', { ...wanted, lock: sha256(fs.readFileSync(at('package-lock.json'))) })
}

function npmInstall(node) {
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error']
  const result = sayingSo(
    'installing packages',
    () => npm(args, { ...(node === undefined ? {} : { node }), stdio: ['ignore', 2, 2] }),
    at('package-lock.json'),
  )
  if (result.status !== 0)
    throw new SetupError(
      'npm could not install the packages. Check the connection to the npm registry, then run the same command again.',
    )
}

const majorOf = (node) =>
  node === process.execPath
    ? process.versions.node.split('.')[0]
    : /^v(\d+)/.exec(run(node, ['--version']).stdout ?? '')?.[1]

/** Whether what `npm install` put there is what the lockfile says. */
function lockMatches() {
  try {
    const wanted = JSON.parse(fs.readFileSync(at('package-lock.json'), 'utf8')).packages
    const there = JSON.parse(fs.readFileSync(at('node_modules/.package-lock.json'), 'utf8')).packages
    return Object.entries(wanted).every(
      ([name, { version, optional }]) => name === '' || optional || there[name]?.version === version,
    )
  } catch {
    return false
  }
}

/**
 * The Node that everything runs on: the one npm brought (Linux, Windows), else this one when it is new enough.
 * @returns {string} path of the executable
 */
function findNode() {
  const brought = at(
    'node_modules',
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    'bin',
  )
  const file = path.join(brought, process.platform === 'win32' ? 'node.exe' : 'node')
  if (fs.existsSync(file)) return file
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 14)) return process.execPath
  throw new SetupError(
    `Hilum needs Node 22.14 or later here; this is ${process.versions.node}. Install Node 24, then run the same command again.`,
  )
}

/** Environment in which `node` is the right one for everything that is started. */
function nodeEnvironment(node = findNode()) {
  return {
    ...process.env,
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
    HILUM_NODE: node,
  }
}

const isDebian = () =>
  process.platform === 'linux' && run('apt-get', ['--version'], { stdio: 'ignore' }).status === 0

/** Debian 13 renamed some libraries with a `t64` ending; either name will do. */
function isPackageInstalled(name) {
  return [name, `${name}t64`].some((each) =>
    /install ok installed/.test(run('dpkg-query', ['-W', '-f', '${Status}', each]).stdout ?? ''),
  )
}

/**
 * Installs Debian packages as root, saying so; elsewhere tells the exact command.
 * @param {('electron' | 'tests')[]} groups
 * @returns {boolean} whether all are there
 */
function ensureSystemPackages(groups, log) {
  if (!isDebian()) return process.platform !== 'linux'
  const missing = groups
    .flatMap((group) => SYSTEM_PACKAGES[group])
    .filter((name) => !isPackageInstalled(name))
  if (missing.length === 0) return true
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`
  if (typeof process.getuid !== 'function' || process.getuid() !== 0) {
    log(`These system packages are missing. Run:  sudo sh -c '${command}'`)
    return false
  }
  log(`Installing system packages: ${missing.join(' ')} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', ['update', '-qq'], { stdio: 'ignore', env })
  const names = missing.map((name) =>
    run('apt-cache', ['show', '--no-all-versions', name]).status === 0 &&
    /^Filename:/m.test(run('apt-cache', ['show', '--no-all-versions', name]).stdout ?? '')
      ? name
      : `${name}t64`,
  )
  const result = sayingSo('installing system packages', () =>
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
      stdio: ['ignore', 'ignore', 2],
      env,
    }),
  )
  if (result.status !== 0) log(`That did not succeed. Run:  ${command}`)
  return result.status === 0
}

function filesBelow(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name)
      return entry.isDirectory() ? filesBelow(file) : [file]
    })
}

/** Hash of everything the build reads. */
function sourceHash() {
  const files = [
    ...filesBelow(at('src')).filter((file) => !/\.test\.tsx?$/.test(file)),
    ...['electron.vite.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json'].map((name) =>
      at(name),
    ),
  ]
  return sha256(...files.flatMap((file) => [path.relative(root, file), '\0', fs.readFileSync(file), '\0']))
}

const BUILT = [
  'main/index.cjs',
  'preload/index.cjs',
  'engine/index.cjs',
  'engine/decoder.cjs',
  'web/index.cjs',
  'cli/index.cjs',
  'renderer/index.html',
]

/** Builds `out/` where the sources have changed since the last time. */
function ensureBuilt(log, node = findNode()) {
  const hash = sourceHash()
  if (readStamp('build.json').hash === hash && BUILT.every((file) => fs.existsSync(at('out', file)))) return
  log('Building …')
  fs.rmSync(at('out'), { recursive: true, force: true })
  const result = run(
    node,
    [at('node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'error'],
    {
      env: nodeEnvironment(node),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  if (result.status !== 0)
    throw new SetupError(`The build failed.\n${`${result.stdout ?? ''}${result.stderr ?? ''}`.slice(-4000)}`)
  writeStamp('build.json', { hash })
}

/**
 * Everything a run needs, in order. Quick when all is there.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {{ node: string }} the Node to run with
 * @throws {SetupError} with one line on what to do
 */
function ensureReady({ log = (line) => console.error(line) } = {}) {
  return withLock(log, () => {
    ensureInstalled(log)
    const node = findNode()
    const addon = at('node_modules/faiss-node/build/Release/faiss-node.node')
    const stamp = readStamp('faiss.json')
    const addonTime = fs.existsSync(addon) ? fs.statSync(addon).mtimeMs : 0
    if (addonTime === 0 || stamp.addonTime !== addonTime) {
      sayingSo('preparing FAISS', () => require('./faiss-build.js').ensureFaiss({ log }))
      writeStamp('faiss.json', { addonTime: fs.statSync(addon).mtimeMs })
    }
    ensureBuilt(log, node)
    return { node }
  })
}

/**
 * The Electron runtime by its files: the one `electron` downloaded, or the folder ELECTRON_OVERRIDE_DIST_PATH names.
 * @param {{ override?: boolean }} options whether the override folder counts (tests) or not (`npm start`)
 * @returns {string | undefined} path of the executable
 */
function findElectron({ override = false } = {}) {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const candidates = []
  if (override && folder)
    candidates.push(path.join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron'))
  const pathFile = at('node_modules/electron/path.txt')
  if (fs.existsSync(pathFile))
    candidates.push(path.join(at('node_modules/electron/dist'), fs.readFileSync(pathFile, 'utf8').trim()))
  return candidates.find((file) => fs.existsSync(file))
}

module.exports = {
  SetupError,
  cache,
  ensureBuilt,
  ensureInstalled,
  ensureReady,
  ensureSystemPackages,
  findElectron,
  findNode,
  nodeEnvironment,
  readStamp,
  root,
  run,
  writeStamp,
}

if (require.main === module) {
  try {
    ensureReady()
    console.error('Hilum is ready.')
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error)
    process.exitCode = 1
  }
}
