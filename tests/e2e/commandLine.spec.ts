/** The built command line, as a terminal treats it. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
    await expect.poll(() => existsSync(ack), { timeout: 60_000 }).toBe(true)
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
