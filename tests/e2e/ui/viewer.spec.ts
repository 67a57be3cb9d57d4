/** The viewer over several images of one drop: frames, what is linked, and what the model is given. */
import { pictureFields, writeDicom } from '../../conformance/writeDicom.js'
import { png } from '../../fixtures/pictures.js'
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
