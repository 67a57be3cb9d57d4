import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HilumError } from '@shared/errors.js'
import { bundleEntries } from '../../../tests/support/entries.js'
import { drawnImage, drawnImages, temporaryFolder } from '../../../tests/support/library.js'
import { inspectHeader } from './database.js'
import { SCHEMA_VERSION } from './migrations.js'
import { networkDrive } from './networkDrive.js'
import { openLibrary } from './openLibrary.js'

let folder: string
let entries: string
beforeAll(async () => {
  entries = await bundleEntries({ openLibrary: 'src/engine/store/openLibrary.ts' })
})
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => {
  fs.chmodSync(folder, 0o700)
  fs.rmSync(folder, { recursive: true, force: true })
})

const problemOf = (step: () => unknown) => {
  try {
    step()
  } catch (error) {
    if (error instanceof HilumError) return error.problem
    throw error
  }
  return undefined
}
const fill = () => {
  const library = openLibrary(folder, { create: true })
  library.addImages(drawnImages(0, 3))
  library.close()
}
/** Runs `script` with `openLibrary` and `folder` in a process of its own; `uid` is another user's. */
const elsewhere = (script: string, uid?: number) =>
  spawnSync(
    process.execPath,
    [
      '-e',
      `const { openLibrary } = require(${JSON.stringify(path.join(entries, 'openLibrary.cjs'))})
       const folder = ${JSON.stringify(folder)}
       ${uid === undefined ? '' : `process.setgid(${uid}); process.setuid(${uid})`}
       try { ${script} } catch (error) { console.log(error.problem?.code ?? error.stack) }`,
    ],
    { encoding: 'utf8' },
  )

describe('one writer', () => {
  it('tells a second process who holds the library, and lets it read', () => {
    fill()
    const library = openLibrary(folder)
    const refused = problemOf(() => openLibrary(folder))
    expect(refused?.code).toBe('LIBRARY_HELD')
    expect(refused?.message).toContain(`process ${process.pid} on this machine`)
    const { stdout } = elsewhere(`
      try { openLibrary(folder) } catch (error) { console.log(error.problem.code) }
      const reader = openLibrary(folder, { readOnly: 'whenHeld' })
      console.log(reader.info().images, reader.info().readOnly, reader.info().heldBy)
      try { reader.setFindings('case-0001', []) } catch (error) { console.log(error.problem.code) }`)
    const [first, read, last] = stdout.trim().split('\n')
    expect([first, last]).toEqual(['LIBRARY_HELD', 'LIBRARY_READ_ONLY'])
    expect(read).toMatch(
      new RegExp(
        `^3 true It is held by process ${process.pid} on this machine since \\d+ \\w+ \\d{4}, [\\d:]+\\.$`,
      ),
    )
    library.close()
    const alone = openLibrary(folder, { readOnly: 'whenHeld' })
    expect(alone.readOnly).toBe(false)
    alone.close()
    expect(fs.existsSync(path.join(folder, 'library.owner.json'))).toBe(false)
    openLibrary(folder).close()
  })

  it('takes over from an owner that was killed', () => {
    fill()
    const { signal } = elsewhere(`openLibrary(folder); process.kill(process.pid, 'SIGKILL')`)
    expect(signal).toBe('SIGKILL')
    expect(fs.existsSync(path.join(folder, 'library.owner.json'))).toBe(true)
    const library = openLibrary(folder)
    expect(library.readOnly).toBe(false)
    library.close()
  })
})

describe('a library of an earlier Hilum', () => {
  it('gives a case the facts of its frontal where a lateral had come first', () => {
    const study = { patientId: 'P1', studyInstanceUid: '1.2.3' }
    const library = openLibrary(folder, { create: true })
    library.addImages([
      drawnImage(1, { study: { ...study, viewPosition: 'LL' }, view: 'lateral' }),
      drawnImage(2, { study: { ...study, viewPosition: 'PA' }, view: 'frontal' }),
    ])
    library.close()
    const db = new SqliteDatabase(path.join(folder, 'library.db'))
    db.exec(`UPDATE cases SET study = json_set(study, '$.viewPosition', 'LL')`)
    db.pragma('user_version = 4')
    db.close()
    const again = openLibrary(folder)
    expect(again.cases({ offset: 0, limit: 1 }).rows[0]?.study.viewPosition).toBe('PA')
    again.close()
  })
})

describe('libraries that are not as they should be', () => {
  it('refuses one from a newer Hilum without touching a byte', () => {
    fill()
    const file = path.join(folder, 'library.db')
    const db = new SqliteDatabase(file)
    db.pragma(`user_version = ${SCHEMA_VERSION + 1}`)
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.close()
    const before = fs.readFileSync(file)
    expect(problemOf(() => openLibrary(folder))?.code).toBe('LIBRARY_NEWER')
    expect(problemOf(() => openLibrary(folder, { readOnly: true }))?.code).toBe('LIBRARY_NEWER')
    expect(fs.readFileSync(file).equals(before)).toBe(true)
  })

  it('refuses foreign and damaged files', () => {
    const file = path.join(folder, 'library.db')
    fs.writeFileSync(
      file,
      'this is a text file and it is longer than one hundred bytes, so that the header can be read whole',
    )
    expect(problemOf(() => openLibrary(folder))?.code).toBe('LIBRARY_CORRUPT')
    fs.rmSync(file)
    const other = new SqliteDatabase(file)
    other.pragma('application_id = 7')
    other.exec('CREATE TABLE a (b)')
    other.close()
    expect(problemOf(() => inspectHeader(file))?.message).toContain('another program')
    fs.rmSync(file)
    fill()
    const bytes = fs.readFileSync(file)
    fs.writeFileSync(file, bytes.subarray(0, 5000))
    expect(problemOf(() => openLibrary(folder).info())?.code).toBe('LIBRARY_CORRUPT')
  })

  it('names a folder without a library', () => {
    expect(problemOf(() => openLibrary(folder))?.code).toBe('LIBRARY_NOT_FOUND')
    expect(fs.readdirSync(folder)).toEqual([])
  })
})

describe('folders that do not take what is written', () => {
  const isRoot = process.getuid?.() === 0
  it.skipIf(!isRoot)('opens for reading, with the reason, where another user may not write', () => {
    fill()
    const nobody = 65_534
    for (const each of fs.readdirSync(folder, { recursive: true, withFileTypes: true }))
      fs.chmodSync(path.join(each.parentPath, each.name), each.isDirectory() ? 0o755 : 0o644)
    fs.chmodSync(folder, 0o555)
    const { stdout } = elsewhere(
      `const library = openLibrary(folder)
       const info = library.info()
       console.log(info.images, info.readOnly, info.heldBy)
       try { library.setFindings('case-0001', []) } catch (error) { console.log(error.problem.code) }
       library.close()`,
      nobody,
    )
    expect(stdout.trim().split('\n')).toEqual([
      '3 true Hilum may not write into its folder.',
      'LIBRARY_READ_ONLY',
    ])
    const created = elsewhere(`openLibrary(folder + '/new', { create: true })`, nobody)
    expect(created.stdout.trim()).toBe('LIBRARY_UNWRITABLE')
  })

  it.skipIf(!isRoot)('does not say that there is no library where it may not look', () => {
    const inside = path.join(folder, 'library')
    openLibrary(inside, { create: true }).close()
    fs.chmodSync(folder, 0o755)
    fs.chmodSync(inside, 0o700)
    expect(elsewhere(`openLibrary(folder + '/library')`, 65_534).stdout.trim()).toBe('LIBRARY_UNWRITABLE')
    expect(elsewhere(`openLibrary(folder + '/none')`, 65_534).stdout.trim()).toBe('LIBRARY_NOT_FOUND')
  })

  it.skipIf(!isRoot || os.platform() !== 'linux')('keeps everything when the disk is full', (context) => {
    const disk = path.join(folder, 'disk')
    fs.mkdirSync(disk)
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1500k', 'tmpfs', disk]).status !== 0)
      context.skip('this machine does not let a test mount a small disk')
    try {
      const library = openLibrary(path.join(disk, 'library'), { create: true })
      let added = 0
      const full = problemOf(() => {
        for (; ; added += 8) library.addImages(drawnImages(added, added + 8, { notes: 'words '.repeat(300) }))
      })
      expect(full).toMatchObject({ code: 'DISK_FULL' })
      expect(library.info().images).toBe(added)
      library.close()
      const rest = path.join(disk, 'rest')
      spawnSync('dd', ['if=/dev/zero', `of=${rest}`, 'bs=512'])
      const read = openLibrary(path.join(disk, 'library'), { readOnly: 'whenHeld' })
      expect(read.info()).toMatchObject({ images: added, readOnly: true, heldBy: 'Its disk is full.' })
      read.close()
      fs.rmSync(rest)
      const again = openLibrary(path.join(disk, 'library'))
      expect(again.info().images).toBe(added)
      expect(again.check().problems).toEqual([])
      expect(added).toBeGreaterThan(0)
      again.close()
    } finally {
      spawnSync('umount', [disk])
    }
  })
})

describe('network drives', () => {
  it('are known by their kind', () => {
    const statfs = (type: number) => (() => ({ type })) as unknown as typeof fs.statfsSync
    if (process.platform !== 'linux') return
    expect(networkDrive('/mnt', statfs(0x6969))).toBe('NFS')
    expect(networkDrive('/mnt', statfs(-11317950))).toBe('CIFS')
    expect(networkDrive('/mnt', statfs(0xef53))).toBeUndefined()
  })
})
