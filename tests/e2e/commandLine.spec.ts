/** The built command line, as a terminal treats it. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labelledNpz } from '../fixtures/pictures.js'
import { expect, test } from './support/launch.js'
import { ROOT } from './support/machine.js'

test('Ctrl C keeps what was imported, says how much, and leaves no lock, though it comes twice', async ({}, info) => {
  test.skip(info.project.name !== 'web', 'No window is needed')
  const folder = mkdtempSync(join(tmpdir(), 'hilum-interrupt-'))
  try {
    const npz = join(folder, 'many.npz')
    writeFileSync(npz, labelledNpz({ train: 700 }))
    const library = join(folder, 'library')
    const ack = join(folder, 'acknowledged')
    const command = ['import', npz, '--library', library, '--json', '--ack', ack]
    const child = spawn(process.execPath, [join(ROOT, 'out', 'cli', 'index.cjs'), ...command], {
      env: { ...process.env, HILUM_USER_DATA: join(folder, 'user') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    let errors = ''
    child.stderr.on('data', (chunk) => (errors += String(chunk)))
    child.stdout.on('data', (chunk) => (said += String(chunk)))
    const ended = new Promise<[number | null, string | null]>((resolve) =>
      child.on('close', (code, signal) => resolve([code, signal])),
    )
    // The file is there from the start; its first lines come with the first commit.
    const acknowledged = () => (existsSync(ack) ? statSync(ack).size : 0)
    await expect.poll(acknowledged, { timeout: 60_000 }).toBeGreaterThan(0)
    // A terminal sends it to the group, and the launcher hands its own on.
    child.kill('SIGINT')
    child.kill('SIGINT')
    // It is not done: a script must not take it for the whole.
    expect(await ended).toEqual([1, null])
    expect(errors).not.toContain('terminate called')
    const result = JSON.parse(said.trim().split('\n').at(-1) ?? '') as {
      imported: number
      cancelled: boolean
      code: string
    }
    expect(result).toMatchObject({ cancelled: true, code: 'CANCELLED' })
    expect(result.imported).toBeGreaterThan(0)
    expect(result.imported).toBeLessThan(700)
    expect(existsSync(join(library, 'library.owner.json'))).toBe(false)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('every word has its help, and a number out of range its range', async ({}, info) => {
  test.skip(info.project.name !== 'web', 'No window is needed')
  const folder = mkdtempSync(join(tmpdir(), 'hilum-help-'))
  const hilum = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, 'out', 'cli', 'index.cjs'), ...args], {
      env: { ...process.env, HILUM_USER_DATA: folder },
      encoding: 'utf8',
    })
  try {
    for (const [args, said] of [
      [['--help'], /import PATH/],
      [['help'], /import PATH/],
      [['help', 'import'], /--labels/],
      [['import', '--help'], /--labels/],
      [['library', '--help'], /library restore FILE/],
      [['search', '--help'], /search notes WORDS/],
      [['report', '--help'], /report rerun/],
    ] as const) {
      const { status, stdout } = hilum(...args)
      expect(stdout).toMatch(said)
      expect(status, args.join(' ')).toBe(0)
    }
    for (const args of [
      ['search', 'image', 'x.png', '-k', '100000'],
      ['search', 'text', 'x', '-k', '0'],
      ['search', 'image', 'x.png', '-k', '-5'],
      ['search', 'image', 'x.png', '--k', '-5'],
      ['-k', '-5', 'search', 'image', 'x.png'],
    ]) {
      const { status, stderr } = hilum(...args)
      expect(stderr).toContain('-k takes a whole number from 1 to 1000')
      expect(status).toBe(2)
    }
    for (const [args, said] of [
      [['search', 'image', 'x.png', '-k', '--json'], '-k needs a value after it.'],
      [['search', 'image', 'x.png', '-k'], '-k needs a value after it.'],
      [['library', 'info', '--json=yes'], '--json takes no value.'],
      [['library', 'info', '--nope'], 'There is no option --nope. Run'],
    ] as const) {
      const { status, stdout, stderr } = hilum(...args)
      expect(stdout + stderr, args.join(' ')).toContain(said)
      expect(status).toBe(2)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('an import of what is not there makes no library, and one into a file says that it is none', async ({}, info) => {
  test.skip(info.project.name !== 'web', 'No window is needed')
  const folder = mkdtempSync(join(tmpdir(), 'hilum-nothing-'))
  const hilum = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, 'out', 'cli', 'index.cjs'), ...args, '--json'], {
      env: { ...process.env, HILUM_USER_DATA: join(folder, 'user') },
      encoding: 'utf8',
    })
  const library = join(folder, 'library')
  try {
    const gone = hilum('import', join(folder, 'gone'), join(folder, 'gone.npz#train'), '--library', library)
    expect(gone.status).toBe(1)
    expect(JSON.parse(gone.stdout)).toMatchObject({
      imported: 0,
      duplicates: 0,
      cases: 0,
      images: 0,
      code: 'FILE_NOT_FOUND',
      failures: [
        { file: 'gone', code: 'FILE_NOT_FOUND' },
        { file: 'gone.npz#train', code: 'FILE_NOT_FOUND' },
      ],
    })
    expect(existsSync(library)).toBe(false)
    const npz = join(folder, 'few.npz')
    writeFileSync(npz, labelledNpz({ train: 3 }))
    const labels = join(folder, 'gone.csv')
    const unlabelled = hilum('import', npz, '--labels', labels, '--library', library)
    expect(unlabelled.status).toBe(1)
    expect(JSON.parse(unlabelled.stdout)).toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: `The labels file ${labels} is not there. No image was added.`,
    })
    expect(existsSync(library)).toBe(false)
    const intoFile = hilum('import', npz, '--library', npz)
    expect(JSON.parse(intoFile.stdout)).toMatchObject({
      code: 'LIBRARY_UNWRITABLE',
      message: '“few.npz” is a file, not a folder.',
    })
    const some = hilum('import', join(folder, 'gone'), `${npz}#train`, '--library', library)
    expect(JSON.parse(some.stdout)).toMatchObject({ imported: 3, failures: [{ file: 'gone' }, {}] })
    // A library that is there keeps what it holds, and says so.
    const again = hilum('import', join(folder, 'gone'), '--library', library)
    expect(JSON.parse(again.stdout)).toMatchObject({ imported: 0, images: 3, code: 'FILE_NOT_FOUND' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
