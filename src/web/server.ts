/** The loopback host: the window's files over HTTP and the contract over one web socket, on 127.0.0.1 only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { LIMITS } from '@shared/limits.js'
import { WebSocketServer } from 'ws'
import type { EngineSupervisor } from '../hosts/engineSupervisor.js'
import { pageFile, securityHeaders } from '../hosts/pageFiles.js'
import { Access } from './access.js'
import { sweepIncoming } from './incoming.js'
import { serveSocket } from './socket.js'

const REFUSAL =
  'This address belongs to a Hilum that is running. Open it with the full address that Hilum printed.\n'

export type LoopbackHost = { address: string; port: number; close(): Promise<void> }

/**
 * @param pageFolder out/renderer
 * @param port 0 for any free one
 * @param userData where files that a tab sends ahead of a call lie until it closes
 * @param granted see `serveSocket`
 * @throws Error with the system's code when the port is taken
 */
export async function startLoopbackHost(
  engine: EngineSupervisor,
  pageFolder: string,
  port: number,
  userData: string,
  granted: (token: string) => string | undefined = () => undefined,
): Promise<LoopbackHost> {
  await sweepIncoming(userData)
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const access = new Access((server.address() as AddressInfo).port)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.messageBytes,
    perMessageDeflate: false,
  })
  const tabs = new Set<Promise<void>>()
  server.on('request', (request, response) => void answer(request, response, access, pageFolder))
  server.on('upgrade', (request, socket, head) => {
    if (!access.isOurHost(request) || !access.isOurOrigin(request) || !access.hasToken(request)) {
      refuseUpgrade(socket)
      return
    }
    sockets.handleUpgrade(request, socket, head, (open) => {
      const served = serveSocket(open, engine, granted, userData).finally(() => tabs.delete(served))
      tabs.add(served)
    })
  })
  return {
    address: access.address,
    port: (server.address() as AddressInfo).port,
    close: () => closeAll(server, sockets, tabs),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
  pageFolder: string,
): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders([access.origin.replace('http:', 'ws:')])))
    response.setHeader(name, value)
  response.setHeader('Cache-Control', 'no-store')
  const refuse = (status: number): void => {
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
    response.end(REFUSAL)
  }
  if (!access.isOurHost(request)) return refuse(403)
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
  // The path is taken as it came: parsing it as a URL would resolve `..` before it could be refused.
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
  const token = new URLSearchParams(query).get('token')
  if (path === '/' && token !== null) {
    if (!access.isToken(token)) return refuse(403)
    response.writeHead(303, { Location: '/', 'Set-Cookie': access.setCookie })
    response.end()
    return
  }
  if (!access.hasToken(request)) return refuse(403)
  const file = await pageFile(pageFolder, path)
  if (file === undefined) return refuse(404)
  response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.bytes.byteLength })
  response.end(request.method === 'HEAD' ? undefined : file.bytes)
}

function refuseUpgrade(socket: Duplex): void {
  socket.on('error', () => socket.destroy())
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}

async function closeAll(
  server: Server,
  sockets: WebSocketServer,
  tabs: ReadonlySet<Promise<void>>,
): Promise<void> {
  for (const open of sockets.clients) open.terminate()
  sockets.close()
  await Promise.all(tabs)
  server.closeAllConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
}
