/** Where the window was: a small file beside the settings, ignored when it is damaged or its screen is gone. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { screen, type BrowserWindow, type Rectangle } from 'electron'

type Saved = { bounds: Partial<Rectangle> & { width: number; height: number }; maximized: boolean }

const FIRST: Saved = { bounds: { width: 1440, height: 900 }, maximized: false }
const fileIn = (userData: string): string => join(userData, 'window.json')

export function savedWindow(userData: string): Saved {
  try {
    const { bounds, maximized } = JSON.parse(readFileSync(fileIn(userData), 'utf8')) as Partial<Saved>
    const { x, y, width, height } = bounds ?? {}
    if (![x, y, width, height].every(Number.isFinite)) return FIRST
    const rectangle = { x, y, width, height } as Rectangle
    const { workArea } = screen.getDisplayMatching(rectangle)
    const visible =
      rectangle.x < workArea.x + workArea.width - 100 &&
      rectangle.x + rectangle.width > workArea.x + 100 &&
      rectangle.y >= workArea.y - 10 &&
      rectangle.y < workArea.y + workArea.height - 100
    return visible ? { bounds: rectangle, maximized: maximized === true } : FIRST
  } catch {
    // The first start, or a file that was cut off: the default place is a good place.
    return FIRST
  }
}

/** Writes the place when the window closes. */
export function rememberWindow(window: BrowserWindow, userData: string): void {
  window.on('close', () => {
    const state: Saved = { bounds: window.getNormalBounds(), maximized: window.isMaximized() }
    const aside = `${fileIn(userData)}.partial`
    try {
      mkdirSync(userData, { recursive: true, mode: 0o700 })
      writeFileSync(aside, JSON.stringify(state), { mode: 0o600 })
      renameSync(aside, fileIn(userData))
    } catch (error) {
      console.error('The place of the window was not saved:', (error as NodeJS.ErrnoException).code)
    }
  })
}
