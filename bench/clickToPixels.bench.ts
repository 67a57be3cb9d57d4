/**
 * From a click to pixels, in Chromium on the loopback host and in a real Electron: a hit opened side by side, and a search whose
 * query is encoded already. The clock is the page's own. What was waited for is seen at the start of a frame, which then paints
 * it; the clock stops at the start of the next one. HILUM_BENCH_LIBRARY names a library folder; the demo library otherwise. Run under xvfb-run.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { it } from 'vitest'
import { search } from '../src/renderer/strings/en/search.js'
import { demoData, launchHost, type HostKind } from '../tests/e2e/support/hosts.js'

const library = process.env['HILUM_BENCH_LIBRARY']
/** Query and case are there: the originals, or first the previews they were chosen by. */
const PICTURES = '.viewports:not(:has(.vp-wait:not(.later))) #viewport-case'
/** Asks the same question of the query inverted, and back. */
const INVERT = `button[aria-pressed][aria-label="${search.invert}"]`
const SEARCHES = 22

/** Milliseconds in the page from an event on `press` until `shown` is there and `waiting` is not. */
function untilPainted(
  page: Page,
  asked: { press: string; event: 'click' | 'dblclick'; shown: string; waiting?: string },
): Promise<number> {
  return page.evaluate(
    ({ press, event, shown, waiting }) =>
      new Promise<number>((resolve, reject) => {
        const target = document.querySelector(press)
        if (target === null) {
          reject(new Error(`There is no ${press}`))
          return
        }
        const start = performance.now()
        target.dispatchEvent(new MouseEvent(event, { bubbles: true, cancelable: true }))
        const look = (): void => {
          if (
            document.querySelector(shown) === null ||
            (waiting !== undefined && document.querySelector(waiting) !== null)
          )
            requestAnimationFrame(look)
          else requestAnimationFrame(() => resolve(performance.now() - start))
        }
        requestAnimationFrame(look)
      }),
    asked,
  )
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN

it.each<HostKind>(['web', 'electron'])('from click to pixels, %s', async (kind) => {
  const userData = mkdtempSync(join(tmpdir(), 'hilum-bench-click-'))
  if (library === undefined) cpSync(await demoData(), userData, { recursive: true })
  const host = await launchHost(kind, userData, library === undefined ? { demo: true } : { library })
  try {
    const { page } = host
    await page.locator('ul.hits .hit img').nth(5).waitFor({ timeout: 120_000 })
    // Measuring the library and drawing the previews are over.
    await page.waitForTimeout(5000)
    const ids = await page.locator('ul.hits .hit').evaluateAll((nodes) => nodes.map((node) => node.id))
    const first: number[] = []
    const selected: number[] = []
    for (const id of ids) {
      const press = `[id="${id}"]`
      const open = async (): Promise<number> => {
        const took = await untilPainted(page, { press, event: 'dblclick', shown: PICTURES })
        await page.locator('#viewport-case:not(:has(.vp-wait))').waitFor()
        await page.keyboard.press('Escape')
        await page.locator(press).waitFor()
        await page.waitForTimeout(500)
        return took
      }
      first.push(await open())
      selected.push(await open())
    }
    // A search under another question and back: the query is encoded in both.
    const searches: number[] = []
    for (let at = 0; at < SEARCHES; at++) {
      const took = await untilPainted(page, { press: INVERT, event: 'click', shown: 'ul.hits .hit img' })
      if (at >= 2) searches.push(took)
      await page.waitForTimeout(500)
    }
    const told = (what: string, times: readonly number[]): string =>
      `${what} ${median(times).toFixed(0)} ms (most ${Math.max(...times).toFixed(0)}, n ${times.length})`
    console.log(
      `${kind}: ${told('hit opened', first)}; ${told('opened again', selected)}; ${told('search', searches)}`,
    )
  } finally {
    await host.close()
    rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
  }
})
