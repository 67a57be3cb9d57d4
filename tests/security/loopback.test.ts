/** The loopback host: only the tab with the token is heard, only 127.0.0.1 listens, only the page's folder is served. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { request } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { EngineSupervisor } from '../../src/hosts/engineSupervisor.js'
import { frameOf, messageOf } from '../../src/shared/framing.js'
import type { FromEngine, RequestMessage } from '../../src/shared/transport.js'
import { startLoopbackHost, type LoopbackHost } from '../../src/web/server.js'

let folder: string
let host: LoopbackHost
let token: string
let origin: string
const reached: RequestMessage[] = []

/** An engine that notes what reached it: whether the host lets something through is the question here. */
const engine = new EngineSupervisor(
  () => {
    const listeners: ((message: FromEngine) => void)[] = []
    return {
      pid: undefined,
      send: (message) => {
        if (!('method' in message)) return
        reached.push(message)
        for (const listener of listeners) listener({ id: message.id, result: { ok: true, value: {} } })
      },
      onMessage: (listener) => void listeners.push(listener),
      onExit: () => undefined,
      end: () => undefined,
      kill: () => undefined,
    }
  },
  { userData: '/nowhere', modelDirs: [], version: 'test' },
)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hilum-page-'))
  const page = join(folder, 'page')
  mkdirSync(page)
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Hilum</title>')
  writeFileSync(join(folder, 'secret.html'), 'secret')
  writeFileSync(join(page, '.hidden.html'), 'secret')
  symlinkSync(join(folder, 'secret.html'), join(page, 'link.html'))
  // Beyond every process id: what a host that was killed has left.
  mkdirSync(join(folder, 'incoming', `${2 ** 30}-ab`), { recursive: true })
  host = await startLoopbackHost(engine, page, 0, folder)
  engine.start()
  const address = new URL(host.address)
  origin = address.origin
  token = address.searchParams.get('token') ?? ''
})
afterAll(async () => {
  await host.close()
  rmSync(folder, { recursive: true, force: true })
})

type Answer = { status: number; headers: NodeJS.Dict<string | string[]>; body: string }

/** A request as it is written: nothing resolves `..` on the way. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: host.port, path, method, headers }, (response) => {
      let body = ''
      response.on('data', (data: Buffer) => (body += data.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}
const cookie = (value = token): Record<string, string> => ({ cookie: `hilum-${host.port}=${value}` })

describe('the page', () => {
  it('is given to the first visit with the token, by a cookie no script can read', async () => {
    const { status, headers } = await get(`/?token=${token}`)
    expect(status).toBe(303)
    expect(headers['location']).toBe('/')
    expect(String(headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/)
    const page = await get('/', cookie())
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.headers['content-security-policy']).not.toContain('unsafe')
    expect(page.headers['x-content-type-options']).toBe('nosniff')
  })

  it('has a token of 128 bits', () => expect(token).toMatch(/^[0-9a-f]{32}$/))

  it.each(['', 'a', '0'.repeat(32), '0'.repeat(10_000)])('is refused to the token "%.40s"', async (wrong) => {
    expect((await get(`/?token=${wrong}`)).status).toBe(403)
    expect((await get('/', cookie(wrong))).status).toBe(403)
  })

  it('is refused without a token', async () => expect((await get('/')).status).toBe(403))

  it.each(['localhost', 'evil.example', '127.0.0.1', '127.0.0.1:1', '[::1]'])(
    'is refused to the host "%s"',
    async (name) => expect((await get('/', { ...cookie(), host: name })).status).toBe(403),
  )

  it.each([
    '/../secret.html',
    '/..%2fsecret.html',
    '/%2e%2e/secret.html',
    '/..%5csecret.html',
    '//secret.html/../../secret.html',
    '/link.html',
    '/.hidden.html',
    '/index.html%00',
    '/%zz',
    '/nothing.html',
  ])('contains %s', async (path) => {
    const { status, body } = await get(path, cookie())
    expect(status).toBe(404)
    expect(body).not.toContain('secret')
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('knows no %s', async (method) =>
    expect((await get('/', cookie(), method)).status).toBe(405),
  )
})

/** @returns the status of the refusal, or 'open' */
function upgrade(headers: Record<string, string>): Promise<number | 'open'> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/`, { headers })
    socket.on('open', () => {
      socket.close()
      resolve('open')
    })
    socket.on('unexpected-response', (_sent, response) => resolve(response.statusCode ?? 0))
    socket.on('error', reject)
  })
}

describe('the socket', () => {
  it('opens to our own page', async () => expect(await upgrade({ ...cookie(), origin })).toBe('open'))

  it('is refused without token, with a wrong one, to other origins and hosts', async () => {
    expect(await upgrade({ origin })).toBe(403)
    expect(await upgrade({ ...cookie('0'.repeat(32)), origin })).toBe(403)
    expect(await upgrade(cookie())).toBe(403)
    expect(await upgrade({ ...cookie(), origin: 'http://evil.example' })).toBe(403)
    expect(await upgrade({ ...cookie(), origin: 'null' })).toBe(403)
    expect(await upgrade({ ...cookie(), origin: `http://localhost:${host.port}` })).toBe(403)
    expect(await upgrade({ ...cookie(), origin, host: 'evil.example' })).toBe(403)
  })

  it('closes on what is no frame, and lets no path through', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/`, { headers: { ...cookie(), origin } })
    await new Promise((resolve) => socket.once('open', resolve))
    const answers = new Map<number, unknown>()
    socket.on('message', (data: Buffer) => {
      const message = messageOf(data) as FromEngine
      if ('id' in message) answers.set(message.id, message.result)
    })
    const before = reached.length
    const refused = [
      { method: 'query.open', payload: { sources: [{ kind: 'path', path: '/etc/passwd' }] } },
      { method: 'query.open', payload: { sources: [{ kind: 'granted', token: 'x', name: 'x' }] } },
      { method: 'library.open', payload: { path: '/', create: true } },
      { method: 'library.backup', payload: { path: '/tmp/stolen' } },
      { method: 'report.create', payload: { queryId: 'q', path: '/tmp/x.pdf' } },
      { method: 'evaluate.run', payload: { gallery: { kind: 'path', path: '/' }, queries: 'library' } },
    ]
    refused.forEach((each, id) => socket.send(frameOf({ id, ...each })))
    socket.send(frameOf({ id: 99, method: 'engine.status', payload: {} }))
    await expect.poll(() => answers.size, { timeout: 10_000 }).toBe(refused.length + 1)
    refused.forEach((_each, id) =>
      expect(answers.get(id)).toMatchObject({ ok: false, problem: { code: 'NOT_ALLOWED' } }),
    )
    expect(reached.slice(before).map(({ method }) => method)).toEqual(['engine.status'])

    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.send('{"id":1,"method":"engine.status"}')
    expect(await closed).toBe(1003)
  })

  it('takes away what a host that was killed has left of its tabs', () =>
    expect(readdirSync(join(folder, 'incoming'))).toEqual([]))

  it('keeps what the page sends where only it leads, reads it as a source alone, and takes it away with the tab', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}/`, { headers: { ...cookie(), origin } })
    await new Promise((resolve) => socket.once('open', resolve))
    let id = 0
    const ask = (method: string, payload: unknown): Promise<unknown> =>
      new Promise((resolve) => {
        const own = ++id
        const listen = (data: Buffer): void => {
          const message = messageOf(data) as FromEngine
          if (!('id' in message) || message.id !== own) return
          socket.off('message', listen)
          resolve(message.result)
        }
        socket.on('message', listen)
        socket.send(frameOf({ id: own, method, payload }))
      })
    const part = (name: string, text: string, entry = 1) => ({ entry, name, bytes: Buffer.from(text) })
    const refused = { ok: false, problem: { code: 'NOT_ALLOWED' } }
    for (const name of ['../x.png', '/etc/x.png', 'a/../../x.png', 'a//x.png', '.', '', 'a\0.png'])
      expect(await ask('host.keep', { parts: [part(name, 'x')] }), name).toMatchObject(refused)
    expect(await ask('host.keep', { parts: [{ entry: '../1', name: 'x', bytes: 1 }] })).toMatchObject({
      problem: { code: 'PAYLOAD_INVALID' },
    })
    expect(await ask('host.other', {})).toMatchObject({ problem: { code: 'METHOD_UNKNOWN' } })
    expect(readdirSync(folder)).not.toContain('x.png')

    expect(
      await ask('host.keep', { parts: [part('ward/a.png', 'one, '), part('b.png', 'b', 2)] }),
    ).toMatchObject({
      ok: true,
    })
    expect(await ask('host.keep', { parts: [part('ward/a.png', 'two')] })).toMatchObject({ ok: true })
    expect(await ask('host.keep', { parts: [part('other/a.png', 'x')] })).toMatchObject(refused)
    const source = (token: string) => ({ kind: 'granted', token, name: 'ward' })
    await ask('query.open', { sources: [source('1'), source('2')] })
    const { sources } = reached.at(-1)?.payload as { sources: { path: string }[] }
    expect(sources.map(({ path }) => relative(folder, path).split(sep).slice(-2))).toEqual([
      ['1', 'ward'],
      ['2', 'b.png'],
    ])
    const [ward = '', film = ''] = sources.map(({ path }) => path)
    expect(readFileSync(join(ward, 'a.png'), 'utf8')).toBe('one, two')
    expect(statSync(join(ward, 'a.png')).mode & 0o777).toBe(0o600)
    for (const [method, payload] of [
      ['library.open', { path: 'granted:1', create: true }],
      ['library.backup', { path: 'granted:2' }],
      ['query.open', { sources: [source('../1')] }],
    ] as const)
      expect(await ask(method, payload), method).toMatchObject(refused)

    // Another tab has none of it.
    const other = new WebSocket(`ws://127.0.0.1:${host.port}/`, { headers: { ...cookie(), origin } })
    await new Promise((resolve) => other.once('open', resolve))
    const answer = new Promise((resolve) =>
      other.on('message', (data: Buffer) => {
        const message = messageOf(data) as FromEngine
        if ('id' in message) resolve(message.result)
      }),
    )
    other.send(frameOf({ id: 1, method: 'query.open', payload: { sources: [source('1')] } }))
    expect(await answer).toMatchObject(refused)
    other.close()

    await ask('host.release', { entries: [2] })
    expect(existsSync(film)).toBe(false)
    expect(existsSync(ward)).toBe(true)
    socket.close()
    await expect.poll(() => readdirSync(join(folder, 'incoming'))).toEqual([])
  })

  it('closes on a frame nested so deeply that reading it would overflow the stack, and lives', async () => {
    for (const depth of [5000, 1_000_000]) {
      const socket = new WebSocket(`ws://127.0.0.1:${host.port}/`, { headers: { ...cookie(), origin } })
      await new Promise((resolve) => socket.once('open', resolve))
      const before = reached.length
      const ended = new Promise((resolve) => {
        socket.once('close', resolve)
        socket.once('message', resolve)
      })
      const payload = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
      socket.send(rawFrame(`{"id":1,"method":"engine.status","payload":${payload}}`))
      await ended
      expect(reached).toHaveLength(before)
      socket.close()
    }
    expect(await upgrade({ ...cookie(), origin })).toBe('open')
  })
})

/** A frame of this JSON, whatever an honest writer would say of it. */
function rawFrame(message: string): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify({ message, sizes: [] }))
  const frame = new Uint8Array(4 + head.byteLength)
  new DataView(frame.buffer).setUint32(0, head.byteLength, true)
  frame.set(head, 4)
  return frame
}

describe('the port', () => {
  it('listens on 127.0.0.1 only', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ address, internal }) => !internal && !address.startsWith('fe80'))
      .map(({ address }) => address)
    for (const address of [...others, '::1', '127.0.0.2']) {
      const reachable = await new Promise<boolean>((resolve) => {
        const socket = connectTcp({ host: address, port: host.port, timeout: 2000 })
        socket.once('connect', () => resolve(true))
        socket.once('error', () => resolve(false))
        socket.once('timeout', () => resolve(false))
        socket.once('close', () => resolve(false))
        socket.once('connect', () => socket.destroy())
      })
      expect(reachable, address).toBe(false)
    }
    if (process.platform === 'linux') {
      const hex = host.port.toString(16).toUpperCase().padStart(4, '0')
      const listening = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
        readFileSync(table, 'utf8')
          .split('\n')
          .filter((line) => line.includes(`:${hex} `) && line.trim().split(/\s+/)[3] === '0A'),
      )
      expect(listening).toHaveLength(1)
      expect(listening[0]).toContain(`0100007F:${hex}`)
    }
  })
})
