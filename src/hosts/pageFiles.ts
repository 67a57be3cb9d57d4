/** The window's files as both hosts serve them: contained in one folder, under one strict policy. */
import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/**
 * Content Security Policy (W3C CSP Level 3) of every page of ours.
 * @param connect where the page may connect to beside its own origin
 */
export function contentSecurityPolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "worker-src 'self'",
    ['connect-src', "'self'", ...connect].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ')
}

export function securityHeaders(connect: readonly string[] = []): Record<string, string> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(connect),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
  }
}

/**
 * One file of the page.
 * @param folder out/renderer
 * @param urlPath the path of the URL as it came, still percent-encoded; `/` is the page itself
 * @returns undefined when there is no such file inside the folder, whatever the path tries
 */
export async function pageFile(
  folder: string,
  urlPath: string,
): Promise<{ type: string; bytes: Uint8Array } | undefined> {
  let name: string
  try {
    name = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  if (name.includes('\0') || name.includes('\\')) return undefined
  const parts = name.split('/').filter((part) => part !== '')
  if (parts.some((part) => part.startsWith('.'))) return undefined
  const wanted = join(folder, ...(parts.length === 0 ? ['index.html'] : parts))
  const type = TYPES[extname(wanted)]
  if (type === undefined) return undefined
  try {
    // A link that leads out of the folder is as foreign as `..`.
    const [inside, real] = await Promise.all([realpath(folder), realpath(wanted)])
    if (!real.startsWith(inside + sep)) return undefined
    return { type, bytes: await readFile(real) }
  } catch {
    return undefined
  }
}
