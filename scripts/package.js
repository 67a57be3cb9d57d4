'use strict'
/**
 * `npm run package`: builds the app for this computer under dist/, where an Electron runtime is at hand: the folder and,
 * on Linux, an AppImage where its tools are to be had, else a tar.gz. `-- --dir` makes the folder only, `-- --installer`
 * the installers of Windows and macOS; other arguments go to electron-builder.
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

/** Machine numbers of ELF files, https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const ELF_MACHINES = { x64: 62, arm64: 183 }

/** Whether the first bytes of a file are those of a program for another system or processor. */
function isForeign(head) {
  if (head.length < 20) return false
  const magic = head.readUInt32BE(0)
  if (magic === 0x7f454c46) return head.readUInt16LE(18) !== ELF_MACHINES[process.arch]
  const machO = [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe].includes(magic)
  return machO || head.toString('latin1', 0, 2) === 'MZ'
}

/** Programs and libraries of other platforms that got into the package, told by their first bytes: there must be none. */
function foreignBinaries(folder) {
  const head = Buffer.alloc(20)
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => {
      const handle = fs.openSync(file, 'r')
      const read = fs.readSync(handle, head, 0, head.length, 0)
      fs.closeSync(handle)
      return isForeign(head.subarray(0, read))
    })
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

/**
 * The folder as one file. The AppImage's runtime comes from electron-builder's own bundle (APPIMAGE_TOOLS_PATH, or a
 * download); without it the folder is put into a tar.gz.
 */
function makeSingleFile(builder, unpacked) {
  const made = builder(['--linux', 'AppImage', '--prepackaged', unpacked], 'pipe')
  if (made.status === 0) {
    const [, file] = /file=(\S+\.AppImage)/.exec(made.stdout + made.stderr) ?? []
    console.log(`${file ?? 'The AppImage'} is ready.`)
    return
  }
  const [, reason] = /failed to build AppImage\s+error=(.*)/.exec(made.stdout + made.stderr) ?? []
  const why = (reason ?? 'electron-builder failed').replace(/\u001b\[[\d;]*m/g, '').trim()
  console.log(`The AppImage was left out: its tools could not be had (${why}).`)
  const name = `Hilum-${require('../package.json').version}-linux-${process.arch}`
  const file = path.join(setup.root, 'dist', `${name}.tar.gz`)
  const tar = setup.run('tar', [
    '-czf',
    file,
    '--owner=0',
    '--group=0',
    `--transform=s,^linux-unpacked,${name},`,
    '-C',
    path.dirname(unpacked),
    path.basename(unpacked),
  ])
  if (tar.status === 0) {
    const megabytes = Math.round(fs.statSync(file).size / 1e6)
    console.log(`${path.relative(setup.root, file)} (${megabytes} MB) is ready instead.`)
    return
  }
  console.log(`No tar.gz could be made either: ${tar.stderr.trim()}`)
  process.exitCode = 1
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
  const folderOnly = process.argv.includes('--dir')
  const rest = process.argv.slice(2).filter((each) => each !== '--installer' && each !== '--dir')
  const builder = (targets, stdio) =>
    setup.run(
      node,
      [
        path.join(setup.root, 'node_modules/electron-builder/cli.js'),
        ...targets,
        '--config',
        'build/electron-builder.config.cjs',
        '--publish',
        'never',
        `-c.electronDist=${electron.folder}`,
        `-c.electronVersion=${electron.version}`,
        ...rest,
      ],
      { stdio, env: { ...setup.nodeEnvironment(node), HILUM_RUNTIME_VERSION: electron.version } },
    )
  const result = builder(installer && process.platform !== 'linux' ? [] : ['--dir'], 'inherit')
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
  if (!folderOnly && open.length === 0 && foreign.length === 0) makeSingleFile(builder, unpacked)
}

try {
  main()
} catch (error) {
  console.error(error instanceof setup.SetupError ? error.message : error)
  process.exitCode = 1
}
