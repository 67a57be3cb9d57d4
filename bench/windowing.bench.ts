/**
 * Frames a second while the window of a 3000 x 3000 radiograph of 16 bits is dragged, and while it is panned, in Chromium on the loopback host and in a
 * real Electron: alone, and beside a case with both linked. One move of the pointer a frame, as browsers deliver them; the clock
 * is the page's own. A frame is counted when the screen's next one is asked for, which waits for a renderer that is behind.
 * The renderer is printed: without a graphics card WebGL is drawn on the processor. Run under xvfb-run.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { it } from 'vitest'
import { demoData, launchHost, type HostKind } from '../tests/e2e/support/hosts.js'
import { drop } from '../tests/e2e/support/window.js'
import { dicom } from '../tests/fixtures/pictures.js'

const SIDE = Number(process.env['HILUM_BENCH_SIDE'] ?? 3000)
const FRAMES = 180

type Dragged = { rate: number; longest: number; late: number }

/** Drags with the left button over the query, one step each frame of the screen. */
function dragged(page: Page, frames: number): Promise<Dragged> {
  return page.evaluate(
    (count) =>
      new Promise<Dragged>((resolve, reject) => {
        const target = document.getElementById('viewport-query')
        if (target === null) {
          reject(new Error('The query is not shown'))
          return
        }
        const { left, top, width, height } = target.getBoundingClientRect()
        const send = (type: string, step: number): void => {
          target.dispatchEvent(
            new PointerEvent(type, {
              bubbles: true,
              cancelable: true,
              pointerId: 1,
              button: 0,
              buttons: 1,
              clientX: left + width / 2 + 80 * Math.sin(step / 20),
              clientY: top + height / 2 + 40 * Math.sin(step / 33),
            }),
          )
        }
        // No pointer of the system is down, so there is none to capture.
        target.setPointerCapture = () => undefined
        send('pointerdown', 0)
        const times: number[] = []
        const step = (now: number): void => {
          times.push(now)
          if (times.length <= count) {
            send('pointermove', times.length)
            requestAnimationFrame(step)
            return
          }
          send('pointerup', times.length)
          const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0))
          const whole = (times.at(-1) ?? 0) - (times[0] ?? 0)
          resolve({
            rate: (gaps.length * 1000) / whole,
            longest: Math.max(...gaps),
            late: gaps.filter((gap) => gap > 25).length / gaps.length,
          })
        }
        requestAnimationFrame(step)
      }),
    frames,
  )
}

const renderer = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const gl = document.createElement('canvas').getContext('webgl2')
    const names = gl?.getExtension('WEBGL_debug_renderer_info')
    return gl && names ? String(gl.getParameter(names.UNMASKED_RENDERER_WEBGL)) : 'no WebGL 2'
  })

it.each<HostKind>(['web', 'electron'])('windowing, %s', async (kind) => {
  const userData = mkdtempSync(join(tmpdir(), 'hilum-bench-window-'))
  cpSync(await demoData(), userData, { recursive: true })
  const host = await launchHost(kind, userData, { demo: true })
  try {
    const { page } = host
    await page.locator('ul.hits .hit img').nth(5).waitFor({ timeout: 120_000 })
    const film = dicom(7, {
      rows: SIDE,
      columns: SIDE,
      look: { bitsStored: 16 },
      header: { patientId: 'BENCH' },
    })
    await drop(page, [{ name: 'film.dcm', bytes: film }])
    await page.locator('.query-image img[alt*="film.dcm"]').waitFor({ timeout: 60_000 })
    await page.locator('ul.hits .hit img').nth(5).waitFor({ timeout: 60_000 })
    await page.waitForTimeout(3000)
    await page.getByRole('button', { name: 'Viewer', exact: true }).click()
    await page.locator('.viewports:not(:has(.vp-wait)) #viewport-case').waitFor({ timeout: 60_000 })
    console.log(`${kind}: ${await renderer(page)}, load ${loadavg()[0]?.toFixed(1)}`)
    for (const layout of ['1×1', '1×2']) {
      await page
        .getByRole('radio', { name: layout })
        .or(page.getByRole('button', { name: layout }))
        .first()
        .click()
      await page.waitForTimeout(1000)
      const size = await page.locator('#viewport-query canvas').first().boundingBox()
      for (const [key, what] of [
        ['w', 'window'],
        ['p', 'pan'],
      ] as const) {
        await page.locator('#viewport-query').focus()
        await page.keyboard.press(key)
        await dragged(page, 30)
        const runs: Dragged[] = []
        for (let run = 0; run < 3; run++) runs.push(await dragged(page, FRAMES))
        const [, middle] = runs.sort((a, b) => a.rate - b.rate)
        console.log(
          `${kind} ${layout} ${what}, ${SIDE} x ${SIDE} on ${Math.round(size?.width ?? 0)} x ${Math.round(size?.height ?? 0)}: ` +
            `${middle?.rate.toFixed(1)} frames/s, longest ${middle?.longest.toFixed(0)} ms, ` +
            `${((middle?.late ?? 0) * 100).toFixed(0)} % above 25 ms (all runs: ${runs.map(({ rate }) => rate.toFixed(1)).join(', ')})`,
        )
      }
    }
  } finally {
    await host.close()
    rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
  }
})
