import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Progress } from '@shared/domain/library.js'
import { temporaryFolder } from '../../../tests/support/library.js'
import { fetchDataset, type Dataset } from './datasets.js'

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7919) % 251))
const DATASET: Dataset = {
  file: 'set.npz',
  md5: createHash('md5').update(CONTENT).digest('hex'),
  source: 'Test',
}

let folder: string
let server: Server
let asked: (string | undefined)[]
let answer: (request: IncomingMessage, response: ServerResponse) => void

/** Serves the content, the rest of it where asked for by Range. */
const serve = (request: IncomingMessage, response: ServerResponse) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (from >= CONTENT.length) return void response.writeHead(416).end()
  const rest = CONTENT.subarray(from)
  const headers = { 'content-length': rest.length }
  if (request.headers.range === undefined) response.writeHead(200, headers)
  else
    response.writeHead(206, {
      ...headers,
      'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}`,
    })
  response.end(rest)
}

beforeEach(async () => {
  folder = temporaryFolder()
  asked = []
  answer = serve
  server = createServer((request, response) => {
    asked.push(request.headers.range)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

const fetchIt = (signal = new AbortController().signal, progress: (p: Progress) => void = () => undefined) =>
  fetchDataset(
    DATASET,
    {
      folder,
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      stallMilliseconds: 400,
    },
    { signal, progress },
  )
const partial = () => path.join(folder, 'set.npz.partial')

describe('fetching a data set', () => {
  it('fetches once, with progress, and checks it', async () => {
    const reports: Progress[] = []
    const file = await fetchIt(undefined, (progress) => reports.push(progress))
    expect(fs.readFileSync(file).equals(CONTENT)).toBe(true)
    expect(reports.at(-1)).toMatchObject({ done: CONTENT.length, total: CONTENT.length })
    await fetchIt()
    expect(asked).toEqual([undefined])
    fs.appendFileSync(file, 'x')
    expect(fs.readFileSync(await fetchIt()).equals(CONTENT)).toBe(true)
  })

  it('goes on where a broken connection stopped', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length })
      response.write(CONTENT.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50))
    }
    await expect(fetchIt()).rejects.toMatchObject({ code: 'NETWORK_OFFLINE' })
    const kept = fs.statSync(partial()).size
    expect(kept).toBeGreaterThan(0)
    answer = serve
    expect(fs.readFileSync(await fetchIt()).equals(CONTENT)).toBe(true)
    expect(asked.at(-1)).toBe(`bytes=${kept}-`)
  })

  it('starts again where the server does not resume or the old part is of another file', async () => {
    fs.writeFileSync(partial(), CONTENT.subarray(0, 5000))
    answer = (_request, response) => response.writeHead(200).end(CONTENT)
    expect(fs.readFileSync(await fetchIt()).equals(CONTENT)).toBe(true)
    fs.rmSync(path.join(folder, 'set.npz'))
    answer = serve
    fs.writeFileSync(partial(), Buffer.alloc(5000, 1))
    expect(fs.readFileSync(await fetchIt()).equals(CONTENT)).toBe(true)
    fs.rmSync(path.join(folder, 'set.npz'))
    fs.writeFileSync(partial(), CONTENT)
    expect(fs.readFileSync(await fetchIt()).equals(CONTENT)).toBe(true)
  })

  it('removes what is not the file it should be', async () => {
    answer = (_request, response) => response.writeHead(200).end('a login page')
    await expect(fetchIt()).rejects.toMatchObject({ code: 'DOWNLOAD_DAMAGED' })
    expect(fs.readdirSync(folder)).toEqual([])
  })

  it('says when nothing comes, when the server refuses, and when it was cancelled', async () => {
    answer = (_request, response) => void response.writeHead(200).write('x')
    await expect(fetchIt()).rejects.toMatchObject({ code: 'NETWORK_OFFLINE' })
    answer = (_request, response) => response.writeHead(503).end()
    await expect(fetchIt()).rejects.toMatchObject({ code: 'NETWORK_OFFLINE' })
    const controller = new AbortController()
    answer = (_request, response) => {
      response.writeHead(200).write('x')
      setTimeout(() => controller.abort(), 50)
    }
    await expect(fetchIt(controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await expect(
      fetchDataset(
        DATASET,
        { folder, baseUrl: 'http://127.0.0.1:9/' },
        { signal: new AbortController().signal, progress: () => undefined },
      ),
    ).rejects.toMatchObject({ code: 'NETWORK_OFFLINE' })
  })
})
