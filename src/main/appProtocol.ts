/** `app://hilum/…` serves the window's files and nothing else. */
import { protocol } from 'electron'
import { pageFile, securityHeaders } from '../hosts/pageFiles.js'

const SCHEME = 'app'
const HOST = 'hilum'
export const ORIGIN = `${SCHEME}://${HOST}`

/** To be called before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** @param pageFolder out/renderer */
export function servePage(pageFolder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url)
    const file = host === HOST && request.method === 'GET' ? await pageFile(pageFolder, pathname) : undefined
    if (file === undefined) return new Response('Not found', { status: 404, headers: securityHeaders() })
    return new Response(Uint8Array.from(file.bytes), {
      headers: { ...securityHeaders(), 'Content-Type': file.type },
    })
  })
}
