'use strict'
/**
 * `npm run package`: builds the app for this computer, unpacked, under dist/, where an Electron runtime is at hand.
 * Arguments go to electron-builder; `npm run package -- --installer` makes the installer instead of the folder.
 */
const fs = require('node:fs')
const path = require('node:path')
const { readFuses } = require('../build/fuses.cjs')
const setup = require('./setup.js')

/** The folder of a runtime and its version, for electron-builder, which would otherwise download one. */
function runtime() {
  const executable = setup.findElectron({ override: true })
  if (!executable) return undefined
  const folder = path.dirname(executable)
  const version = fs.readFileSync(path.join(folder, 'version'), 'utf8').trim().replace(/^v/, '')
  return { folder, version }
}

/** Binaries of other platforms that got into the package: there must be none. */
function foreignBinaries(folder) {
  const foreign = /\.(dll|dylib|exe)$|(win32|darwin|linuxmusl)[-/\\]|[-/\\](win32|darwin)[-/\\.]/
  return fs
    .readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => /node_modules/.test(file) && /\.(node|so|dll|dylib|exe)(\.|$)/.test(file))
    .filter((file) => foreign.test(file))
}

/** Fuses that the packaged executable has otherwise than the configuration asks; ones it lacks are not asked for. */
function wrongFuses(executable) {
  const { electronFuses } = require('../build/electron-builder.config.cjs')
  const found = readFuses(executable)
  return Object.keys(found).filter((name) => name in electronFuses && found[name] !== electronFuses[name])
}

/** What the package is made of, as CycloneDX, beside it. */
function writeBillOfMaterials() {
  const made = setup.run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], {
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  })
  if (made.status !== 0) {
    console.log('The bill of materials could not be made: this npm has no "npm sbom" (10 or later has).')
    process.exitCode = 1
    return
  }
  const file = path.join(setup.root, 'dist/hilum.cdx.json')
  fs.writeFileSync(file, made.stdout)
  console.log(`The bill of materials is in ${path.relative(setup.root, file)} (CycloneDX).`)
}

function main() {
  console.log('Packaging Hilum for this computer into dist/.')
  const { node } = setup.ensureReady({ log: console.log })
  const electron = runtime()
  if (!electron) {
    console.log(
      'There is no Electron runtime here: run "npm start" once where GitHub can be reached, then this again.',
    )
    process.exitCode = 1
    return
  }
  const installer = process.argv.includes('--installer')
  const rest = process.argv.slice(2).filter((each) => each !== '--installer')
  const result = setup.run(
    node,
    [
      path.join(setup.root, 'node_modules/electron-builder/cli.js'),
      ...(installer ? [] : ['--dir']),
      '--config',
      'build/electron-builder.config.cjs',
      '--publish',
      'never',
      `-c.electronDist=${electron.folder}`,
      `-c.electronVersion=${electron.version}`,
      ...rest,
    ],
    { stdio: 'inherit', env: { ...setup.nodeEnvironment(node), HILUM_RUNTIME_VERSION: electron.version } },
  )
  if (result.status !== 0) {
    process.exitCode = result.status ?? 1
    return
  }
  writeBillOfMaterials()
  if (process.platform !== 'linux') return
  const unpacked = path.join(setup.root, 'dist/linux-unpacked')
  const foreign = foreignBinaries(unpacked)
  const open = wrongFuses(path.join(unpacked, 'hilum'))
  for (const name of open) console.log(`The fuse ${name} is not as the configuration says.`)
  if (open.length > 0) process.exitCode = 1
  for (const file of foreign) console.log(`Foreign binary in the package: ${file}`)
  if (foreign.length > 0) process.exitCode = 1
  else console.log(`dist/linux-unpacked is ready (Electron ${electron.version}), without foreign binaries.`)
}

try {
  main()
} catch (error) {
  console.error(error instanceof setup.SetupError ? error.message : error)
  process.exitCode = 1
}
