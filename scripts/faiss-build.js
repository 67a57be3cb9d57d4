'use strict'
/**
 * Makes faiss-node's addon loadable. npm may not run install scripts (`.npmrc`), so the prebuilt addon is
 * usually absent: this fetches it where its publisher can be reached, or compiles faiss-node's own source
 * against the system's libfaiss, which takes seconds. Plain JavaScript without dependencies, Node 18 and later.
 *
 *   node scripts/faiss-build.js          makes it loadable and says what it did
 *   ensureFaiss({ log })                 the same, for the set-up step
 */
const { execFileSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const root = path.resolve(__dirname, '..')
const PACKAGES = ['g++', 'libfaiss-dev', 'libopenblas-dev']
const APT_COMMAND = `apt-get update && apt-get install -y ${PACKAGES.join(' ')}`

/** The folder of an installed package as `from` sees it, or undefined. */
function packageFolder(name, from) {
  try {
    return path.dirname(require.resolve(`${name}/package.json`, { paths: [from] }))
  } catch {
    return undefined
  }
}

/** Loads the addon and adds two vectors in a process of its own, because a broken addon kills its process. */
function loads(faissFolder) {
  const trial = `const { IndexFlatIP } = require(${JSON.stringify(faissFolder)})
    const index = new IndexFlatIP(2)
    index.add([1, 0, 0, 1])
    if (index.search([0, 1], 1).labels[0] !== 1) process.exit(3)`
  const run = spawnSync(process.execPath, ['-e', trial], { encoding: 'utf8', timeout: 60_000 })
  if (run.status === 0) return { ok: true, reason: '' }
  const reason = (run.stderr || '').split('\n').find((line) => /Error|cannot|not found/i.test(line))
  return { ok: false, reason: (reason || `exit ${run.status ?? run.signal}`).trim() }
}

/** Where libfaiss and its headers are installed, or undefined. */
function systemFaiss() {
  const prefixes = ['/usr', '/usr/local', '/opt/homebrew', '/opt/homebrew/opt/faiss', '/usr/local/opt/faiss']
  for (const prefix of prefixes) {
    if (!fs.existsSync(path.join(prefix, 'include/faiss/IndexFlat.h'))) continue
    const folders = [path.join(prefix, 'lib')]
    for (const triple of ['x86_64-linux-gnu', 'aarch64-linux-gnu'])
      folders.push(path.join(prefix, 'lib', triple))
    for (const folder of folders) {
      const archive = path.join(folder, 'libfaiss.a')
      if (fs.existsSync(archive)) return { include: path.join(prefix, 'include'), archive, folder }
    }
  }
  return undefined
}

function commandExists(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

/** What is missing to compile here, as words for people; empty when it can be done. */
function missingForCompile() {
  const missing = []
  if (process.platform === 'win32') return ['a C++ compiler set up for FAISS']
  if (!commandExists('g++')) missing.push('g++')
  const faiss = systemFaiss()
  if (!faiss) missing.push('libfaiss-dev')
  else if (process.platform === 'linux' && !findOpenblas(faiss.folder)) missing.push('libopenblas-dev')
  return missing
}

function findOpenblas(folder) {
  return [folder, '/usr/lib'].some(
    (each) =>
      fs.existsSync(path.join(each, 'libopenblas.so')) || fs.existsSync(path.join(each, 'libopenblas.a')),
  )
}

/** Compiles faiss-node's own source against the system's libfaiss. Throws with the compiler's words. */
function compile(faissFolder) {
  const headers = packageFolder('node-api-headers', root)
  const addonApi = packageFolder('node-addon-api', faissFolder)
  if (!headers || !addonApi)
    throw new Error('node-api-headers or node-addon-api is not installed: run npm install')
  const faiss = systemFaiss()
  const release = path.join(faissFolder, 'build', 'Release')
  fs.mkdirSync(release, { recursive: true })
  const shim = path.join(release, 'shim.h')
  // Before 1.7.4 FAISS kept idx_t inside its Index class; faiss-node 0.5.1 expects it in the namespace.
  const metricType = fs.readFileSync(path.join(faiss.include, 'faiss/MetricType.h'), 'utf8')
  const hasGlobalIndexType = /\bidx_t\b/.test(metricType)
  fs.writeFileSync(
    shim,
    `#include <cstdint>\n#include <faiss/Index.h>\n${hasGlobalIndexType ? '' : 'namespace faiss { using idx_t = ::int64_t; }\n'}`,
  )
  const target = path.join(release, 'faiss-node.node')
  // Compiled aside and renamed, so that an interrupted build never leaves half an addon.
  const partial = `${target}.${process.pid}.partial`
  const mac = process.platform === 'darwin'
  const flags = [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    ...(mac ? ['-undefined', 'dynamic_lookup'] : ['-fopenmp']),
    '-DNAPI_VERSION=6',
    '-DNODE_GYP_MODULE_NAME=faiss_node',
    '-DBUILDING_NODE_EXTENSION',
    '-include',
    shim,
    `-I${path.join(headers, 'include')}`,
    `-I${addonApi}`,
    `-I${faiss.include}`,
    path.join(faissFolder, 'src/faiss.cc'),
    '-o',
    partial,
    ...(mac
      ? ['-Wl,-rpath,@loader_path', faiss.archive, '-framework', 'Accelerate', `-L${faiss.folder}`, '-lomp']
      : ['-Wl,-rpath,$ORIGIN', faiss.archive, `-L${faiss.folder}`, '-lopenblas']),
  ]
  const run = spawnSync('g++', flags, { encoding: 'utf8', timeout: 600_000 })
  if (run.status !== 0) {
    fs.rmSync(partial, { force: true })
    throw new Error(`g++ failed:\n${(run.stderr || String(run.error || '')).slice(0, 4000)}`)
  }
  fs.renameSync(partial, target)
}

/** Asks faiss-node's own installer for the prebuilt addon; false where its publisher cannot be reached. */
function fetchPrebuilt(faissFolder) {
  const installer = packageFolder('prebuild-install', faissFolder)
  if (!installer) return false
  const run = spawnSync(process.execPath, [path.join(installer, 'bin.js'), '--runtime', 'napi'], {
    cwd: faissFolder,
    stdio: 'ignore',
    timeout: 120_000,
  })
  return run.status === 0
}

function isRootOnDebian() {
  return (
    process.platform === 'linux' &&
    typeof process.getuid === 'function' &&
    process.getuid() === 0 &&
    commandExists('apt-get')
  )
}

/** What a person has to do where nothing worked. */
function remedy(missing) {
  if (process.platform === 'linux')
    return commandExists('apt-get')
      ? `Run:  sudo sh -c '${APT_COMMAND}'  then the same command again.`
      : `Install ${missing.join(', ')} with the system's package manager, then run the same command again.`
  if (process.platform === 'darwin') return 'Run:  brew install faiss libomp  then the same command again.'
  return 'Connect to the internet once, so that the prebuilt FAISS addon can be fetched, then run the same command again.'
}

/**
 * Makes `require('faiss-node')` work. Idempotent: when the addon loads already nothing is done.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {{ how: 'present' | 'compiled' | 'prebuilt' }}
 * @throws {Error} with the exact command to run where it cannot be had
 */
function ensureFaiss({ log = () => undefined } = {}) {
  const faissFolder = packageFolder('faiss-node', root)
  if (!faissFolder) throw new Error('faiss-node is not installed. Run:  npm install')
  const addon = path.join(faissFolder, 'build', 'Release', 'faiss-node.node')
  let trial = { ok: false, reason: 'no addon yet' }
  if (fs.existsSync(addon)) {
    trial = loads(faissFolder)
    if (trial.ok) return { how: 'present' }
    log(`FAISS: the addon that is there does not load (${trial.reason}); making it anew.`)
  }
  let missing = missingForCompile()
  if (missing.length > 0) {
    log('FAISS: looking for the prebuilt addon …')
    if (fetchPrebuilt(faissFolder)) {
      trial = loads(faissFolder)
      if (trial.ok) {
        log('FAISS: the prebuilt addon works.')
        return { how: 'prebuilt' }
      }
    }
    if (isRootOnDebian()) {
      log(`FAISS: installing the system packages ${missing.join(' ')} (${APT_COMMAND}) …`)
      const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
      try {
        execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env: environment })
        execFileSync('apt-get', ['install', '-y', '-qq', ...PACKAGES], { stdio: 'ignore', env: environment })
      } catch {
        log('FAISS: apt-get did not succeed.')
      }
      missing = missingForCompile()
    }
    if (missing.length > 0)
      throw new Error(`FAISS cannot be built here: ${missing.join(', ')} missing. ${remedy(missing)}`)
  }
  const started = Date.now()
  log("FAISS: compiling faiss-node's addon against the system's libfaiss …")
  compile(faissFolder)
  trial = loads(faissFolder)
  if (!trial.ok) throw new Error(`FAISS was compiled but does not load: ${trial.reason}. ${remedy(PACKAGES)}`)
  log(`FAISS: compiled in ${((Date.now() - started) / 1000).toFixed(1)} s.`)
  return { how: 'compiled' }
}

module.exports = { ensureFaiss }

if (require.main === module) {
  try {
    const { how } = ensureFaiss({ log: (line) => console.error(line) })
    if (how === 'present') console.error('FAISS: the addon is there and works.')
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
