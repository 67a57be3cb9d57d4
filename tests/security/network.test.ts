/**
 * Nothing leaves: a whole session in a network namespace whose only way out is a wire to nowhere, on which the kernel counts
 * every packet, look-ups of names and the runtime libraries' own reports included. Linux, as root.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeWorld, type World } from '../contract/world.js'
import { electronPath, ROOT, rootArguments } from '../e2e/support/machine.js'
import { bundleEntries } from '../support/entries.js'

const OFFLINE = resolve(__dirname, '../../scripts/offline.sh')

const possible =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-n', '-m', 'sh', '-c', 'ip link add wire type veth peer name end']).status === 0

let world: World
let entriesDir: string
beforeAll(async () => {
  world = await makeWorld()
  mkdirSync(world.userData, { recursive: true })
  entriesDir = await bundleEntries({
    session: 'tests/security/session.ts',
    decoder: 'src/engine/ingest/decoderProcess.ts',
    faissWorker: 'src/engine/index/faissWorker.ts',
    probe: 'src/engine/encoders/probeProcess.ts',
  })
})
afterAll(() => world.remove())

/** Packets that leave while a command runs. */
function packetsOf(command: readonly string[], env: Record<string, string> = {}): number {
  const run = spawnSync('unshare', ['-n', '-m', 'bash', OFFLINE, ...command], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  const counted = /packets: (\d+)/.exec(run.stdout)?.[1]
  if (counted === undefined) throw new Error(`${run.stdout}\n${run.stderr}`)
  return Number(counted)
}

/** Packets that leave while a session of the engine runs. */
function packets(extra: { call?: 'out' }): number {
  const { modelDirs, cases, query } = world
  const asked = { userData: join(world.userData, 'user'), modelDirs, entriesDir, cases, query, ...extra }
  return packetsOf([process.execPath, join(entriesDir, 'session.cjs'), JSON.stringify(asked)])
}

it.skipIf(!possible)('sees whoever tries to leave', () => {
  expect(packets({ call: 'out' })).toBeGreaterThan(0)
})

it.skipIf(!possible)('sends no packet in a whole session', () => {
  expect(packets({})).toBe(0)
})

const electron = electronPath()
const hasXvfb = spawnSync('which', ['xvfb-run']).status === 0

// Chromium's own services start by themselves: Electron asked its maker for spelling dictionaries.
it.skipIf(!possible || electron === undefined || !hasXvfb)(
  'sends no packet while the window is open, started as users start it',
  () => {
    const window = [
      'timeout',
      '--preserve-status',
      '20',
      'xvfb-run',
      '-a',
      String(electron),
      ...rootArguments(),
      ROOT,
    ]
    const userData = join(world.userData, 'window')
    expect(packetsOf(window, { HILUM_USER_DATA: userData })).toBe(0)
    // It was there: Chromium keeps its profile once it runs.
    expect(existsSync(join(userData, 'window'))).toBe(true)
  },
)
