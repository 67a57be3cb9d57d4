/** The viewer over several images of one drop: frames, what is linked, and what the model is given. */
import type { Page } from '@playwright/test'
import { pictureFields, writeDicom } from '../../conformance/writeDicom.js'
import { dicom, png } from '../../fixtures/pictures.js'
import { expect, test } from '../support/launch.js'
import { drop } from '../support/window.js'

/** Two frames, the second brighter. */
function twoFrames(): Uint8Array {
  const value = new Uint8Array(2 * 64 * 64).fill(60).fill(180, 64 * 64)
  const fields = pictureFields({ rows: 64, columns: 64, bitsAllocated: 8, bitsStored: 8, frames: 2 })
  return writeDicom({
    syntax: '1.2.840.10008.1.2.1',
    fields: [...fields, { tag: 0x7fe00010, vr: 'OB', value }],
  })
}

test('frames end where the file ends, and another query starts on its first one', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 150_000 })
  await drop(page, [
    { name: 'film.png', bytes: await png(3) },
    { name: 'frames.dcm', bytes: twoFrames() },
  ])
  const open = async (file: string): Promise<void> => {
    await page.getByRole('button', { name: new RegExp(`Image . of 2.*${file}`) }).click()
    await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 60_000 })
    await page.getByRole('button', { name: 'Viewer', exact: true }).click()
  }
  const query = page.getByRole('group', { name: 'Viewport: Query' })
  await open('frames.dcm')
  await expect(query).toContainText('Frame 1 of 2')
  await query.focus()
  for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowDown')
  await expect(query).toContainText('Frame 2 of 2')
  await page.keyboard.press('Escape')
  await open('film.png')
  await expect(query).toContainText(/Zoom \d/)
  await expect(query.locator('.vp-problem')).toHaveCount(0)
  await query.focus()
  await page.keyboard.press('ArrowDown')
  await expect(query.locator('.vp-problem')).toHaveCount(0)
})

test('place and window are linked apart, and the model’s view is one key away', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 150_000 })
  await page.getByRole('button', { name: 'Viewer', exact: true }).click()
  const query = page.getByRole('group', { name: 'Viewport: Query' })
  const other = page.getByRole('group', { name: /Viewport: Rank 1/ })
  const words = other.locator('.vp-words')
  await expect(words).toHaveText(/W \d+/)
  const home = (await words.textContent()) ?? ''
  await page.getByRole('button', { name: 'Linked Window' }).click()
  await query.focus()
  await page.keyboard.press('2')
  await page.keyboard.press('+')
  // The zoom goes along, the window stays.
  await expect(words).not.toHaveText(home)
  expect((await words.textContent())?.split('\n')[0]).toBe(home.split('\n')[0])
  await page.getByRole('button', { name: 'Linked Window' }).click()
  await page.keyboard.press('i')
  await expect(words).toContainText('inverted')
  await page.keyboard.press('s')
  await expect(other.getByRole('img', { name: 'As the model sees it' })).toBeVisible()
  await page.getByRole('radio', { name: '1×4' }).click()
  await expect(page.locator('.viewports .vp')).toHaveCount(4)
})

/** Words of the corners that run over another's, or over more lines than one. */
const crowded = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const out: string[] = []
    for (const viewport of document.querySelectorAll('.viewports .vp')) {
      const lines = [...viewport.querySelectorAll('.tl > div, .tr > div, .bl > div, .br, .mt, .mb')]
        .map((node) => ({ node, box: node.getBoundingClientRect() }))
        .filter(({ node, box }) => box.width > 0 && node.textContent !== '')
      for (const [i, one] of lines.entries()) {
        const { lineHeight } = getComputedStyle(one.node)
        const told = (one.node.textContent ?? '').split('\n').length
        const tall = one.box.height > (told + 0.5) * parseFloat(lineHeight)
        if (tall && !one.node.matches('.vp-find')) out.push(`${one.node.textContent} is broken`)
        for (const { node, box } of lines.slice(i + 1)) {
          const apart =
            box.left >= one.box.right ||
            box.right <= one.box.left ||
            box.top >= one.box.bottom - 1 ||
            box.bottom <= one.box.top + 1
          if (!apart) out.push(`${one.node.textContent} over ${node.textContent}`)
        }
      }
    }
    return out
  })

test('the corners of four narrow viewports keep to a line and to themselves', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 150_000 })
  const header = { patientName: 'LONGERTHAN^ANYCORNER', studyDate: '20240102', studyKey: 'narrow' }
  const file = 'a-folder-of-the-ward/a-file-with-a-name-that-no-corner-of-a-narrow-viewport-has-room-for.dcm'
  await drop(page, [{ name: file, bytes: dicom(5, { header }) }])
  await expect(page.getByRole('complementary', { name: 'Query' })).toContainText('no-corner', {
    timeout: 60_000,
  })
  await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 60_000 })
  await page.getByRole('button', { name: 'Viewer', exact: true }).click()
  for (const layout of ['1×4', '1×2']) {
    await page.getByRole('radio', { name: layout }).click()
    await expect(page.locator('.viewports .vp')).toHaveCount(Number(layout.slice(2)))
    await expect(page.locator('.viewports .vp-words').last()).toHaveText(/Zoom \d/)
    expect(await crowded(page)).toEqual([])
  }
})
