/**
 * Nothing leaves: a whole session in a network namespace whose only way out is a wire to nowhere, on which the kernel counts
 * every packet, look-ups of names and the runtime libraries' own reports included. Linux, as root.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeWorld, type World } from '../contract/world.js'
import { bundleEntries } from '../support/entries.js'

/** A route and a name server, so that who wants to leave gets as far as sending. */
const WIRE = [
  'set -e',
  'ip link set lo up',
  'ip link add wire type veth peer name end',
  'ip addr add 10.99.0.2/24 dev wire',
  'ip link set wire arp off up && ip link set end arp off up',
  'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 2>/dev/null || true',
  'ip route add default via 10.99.0.1',
  'mount --bind "$RESOLV" /etc/resolv.conf',
  // Sent packets; /sys would still show the namespace outside.
  `sent() { awk '$1 == "wire:" { print $11 }' /proc/net/dev; }`,
  'before=$(sent)',
  '"$@"',
  'sleep 0.2',
  'echo "packets: $(($(sent) - before))"',
].join('\n')

const possible =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-n', '-m', 'sh', '-c', 'ip link add wire type veth peer name end']).status === 0

let world: World
let entriesDir: string
let resolv: string
beforeAll(async () => {
  world = await makeWorld()
  mkdirSync(world.userData, { recursive: true })
  entriesDir = await bundleEntries({
    session: 'tests/security/session.ts',
    decoder: 'src/engine/ingest/decoderProcess.ts',
    faissWorker: 'src/engine/index/faissWorker.ts',
    probe: 'src/engine/encoders/probeProcess.ts',
  })
  resolv = join(world.userData, 'resolv.conf')
  writeFileSync(resolv, 'nameserver 10.99.0.1\noptions timeout:1 attempts:1\n')
})
afterAll(() => world.remove())

/** Packets that leave while a session runs. */
function packets(extra: { call?: 'out' }): number {
  const { modelDirs, cases, query } = world
  const asked = { userData: join(world.userData, 'user'), modelDirs, entriesDir, cases, query, ...extra }
  const run = spawnSync(
    'unshare',
    [
      '-n',
      '-m',
      'bash',
      '-c',
      WIRE,
      'wire',
      process.execPath,
      join(entriesDir, 'session.cjs'),
      JSON.stringify(asked),
    ],
    { encoding: 'utf8', env: { ...process.env, RESOLV: resolv } },
  )
  const counted = /packets: (\d+)/.exec(run.stdout)?.[1]
  if (counted === undefined) throw new Error(`${run.stdout}\n${run.stderr}`)
  return Number(counted)
}

it.skipIf(!possible)('sees whoever tries to leave', () => {
  expect(packets({ call: 'out' })).toBeGreaterThan(0)
})

it.skipIf(!possible)('sends no packet in a whole session', () => {
  expect(packets({})).toBe(0)
})
