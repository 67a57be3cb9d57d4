/** What this machine has to drive: Chromium, an Electron runtime, a Node for the engine. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium } from '@playwright/test'

export const ROOT = resolve(__dirname, '..', '..', '..')

/** `HILUM_CHROMIUM`, the system's, or the one Playwright brought; undefined when there is none. */
export function chromiumPath(): string | undefined {
  const candidates = [
    process.env['HILUM_CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
    chromium.executablePath(),
  ]
  return candidates.find((file) => file !== undefined && file !== '' && existsSync(file))
}

/** The runtime that electron downloaded, or the one in ELECTRON_OVERRIDE_DIST_PATH. */
export function electronPath(): string | undefined {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  const name = process.platform === 'win32' ? 'electron.exe' : 'electron'
  const candidates = override === undefined || override === '' ? [] : [join(override, name)]
  const pathFile = join(ROOT, 'node_modules', 'electron', 'path.txt')
  if (existsSync(pathFile))
    candidates.push(join(ROOT, 'node_modules', 'electron', 'dist', readFileSync(pathFile, 'utf8').trim()))
  return candidates.find((file) => existsSync(file))
}

/** A display to draw on; other systems always have one. */
export const hasDisplay = (): boolean =>
  process.platform !== 'linux' ||
  Boolean(process.env['DISPLAY'] ?? '') ||
  Boolean(process.env['WAYLAND_DISPLAY'] ?? '')

/** Chromium refuses its sandbox to root. */
export const rootArguments = (): string[] =>
  process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []

/**
 * Chromium's own services, which Playwright's switches leave on, are sent to a closed port of this computer: what then leaves
 * was asked for by a page of ours, and `npm run test:e2e -- --offline` counts it.
 */
export const QUIET_CHROMIUM: readonly string[] = [
  '--gaia-url=http://127.0.0.1:9/',
  '--google-base-url=http://127.0.0.1:9/',
  '--autofill-server-url=http://127.0.0.1:9/',
  '--component-updater=url-source=http://127.0.0.1:9/',
]
