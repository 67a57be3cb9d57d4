/** A screen for Electron where there is none: an X server of its own, as large as a reading room's. */
import { spawn, spawnSync } from 'node:child_process'

export type Display = { name: string | undefined; close(): Promise<void> }

/** True where a window can be shown, on the screen that is there or on one that is brought. */
export const canShowWindows = (): boolean =>
  process.platform !== 'linux' ||
  (process.env['DISPLAY'] ?? '') !== '' ||
  spawnSync('which', ['Xvfb'], { stdio: 'ignore' }).status === 0

/** The screen that is there, or a new one whose number the X server chooses. */
export async function openDisplay(): Promise<Display> {
  const there = process.env['DISPLAY']
  if (process.platform !== 'linux' || (there ?? '') !== '')
    return { name: there, close: () => Promise.resolve() }
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const number = await new Promise<string>((resolve, reject) => {
    server.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()))
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)))
  })
  return {
    name: `:${number}`,
    async close() {
      server.kill()
      await exited
    },
  }
}
