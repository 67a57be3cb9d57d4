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
    ]) {
      const { status, stderr } = hilum(...args)
      expect(stderr).toContain('-k takes a whole number from 1 to 1000')
      expect(status).toBe(2)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
