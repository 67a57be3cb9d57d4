/** The query panel: what must not be missed stands above the thumbnails, and in a narrow window it folds to a strip. */
import { png } from '../../fixtures/pictures.js'
import { expect, test } from '../support/launch.js'
import { drop, hits } from '../support/window.js'

test('files that failed are counted above the thumbnails, by reason, and a narrow window folds the panel', async ({
  launch,
}) => {
  const { page } = await launch({ demo: true })
  await expect(hits(page)).not.toHaveCount(0, { timeout: 90_000 })
  const films = await Promise.all(
    Array.from({ length: 30 }, async (_, i) => ({ name: `film-${i}.png`, bytes: await png(300 + i) })),
  )
  const broken = Array.from({ length: 12 }, (_, i) => ({ name: `broken-${i}.png`, bytes: Buffer.from('no') }))
  await drop(page, [...films, ...broken])
  const panel = page.getByRole('complementary', { name: 'Query' })
  const failed = panel.getByText('12 files could not be opened')
  await expect(failed).toBeVisible({ timeout: 60_000 })
  const all = panel.getByRole('button', { name: 'Show all 30' })
  const top = async (of: typeof failed) => (await of.boundingBox())?.y ?? 0
  expect(await top(failed)).toBeLessThan(await top(all))
  await failed.click()
  await expect(panel.getByText('broken-0.png')).toBeVisible()
  await panel.getByRole('button', { name: 'and 4 other files' }).click()
  await expect(panel.getByText('broken-11.png')).toBeVisible()

  await panel.getByRole('button', { name: 'Next image of what was dropped' }).click()
  await expect(panel.getByText('Image 2 of 30')).toBeVisible()
  await expect(hits(page)).not.toHaveCount(0, { timeout: 60_000 })

  await page.setViewportSize({ width: 1024, height: 720 })
  const strip = panel.getByRole('button', { name: 'Open the query panel' })
  await expect(strip.first()).toBeVisible()
  await expect(panel.getByRole('button', { name: /12 files could not be opened/ })).toBeVisible()
  const [name, search] = [page.getByText('Synthetic demo').first(), page.getByText('Search words, paste')]
  const right = await name.boundingBox()
  expect((right?.x ?? 0) + (right?.width ?? 0)).toBeLessThan((await search.boundingBox())?.x ?? 0)
  await strip.first().click()
  await expect(panel.getByText('Image 2 of 30')).toBeVisible()
  await panel.getByRole('button', { name: 'Fold the query panel' }).click()
  await expect(strip.first()).toBeVisible()
})

test('where no file is an image the reasons stand alone, and Enter chooses another', async ({ launch }) => {
  const launched = await launch({ demo: true })
  const { page, app } = launched
  await expect(hits(page)).not.toHaveCount(0, { timeout: 90_000 })
  await drop(page, [{ name: 'letter.png', bytes: Buffer.from('Dear colleague') }])
  await expect(page.getByText('letter.png is a text file')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('complementary', { name: 'Query' })).toHaveCount(0)
  const another = page.getByRole('button', { name: 'Choose another file' })
  await expect(another).toBeFocused()
  if (app === undefined) {
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('Enter')
    await (
      await chooser
    ).setFiles({ name: 'film.png', mimeType: 'image/png', buffer: Buffer.from(await png(77)) })
    await expect(hits(page)).not.toHaveCount(0, { timeout: 60_000 })
    await expect(page.getByText('film.png').first()).toBeVisible()
    return
  }
  await page.getByRole('button', { name: 'Back', exact: true }).last().click()
  await expect(hits(page)).not.toHaveCount(0, { timeout: 60_000 })
})

test('words that cannot be understood get one message and no answer in part', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(hits(page)).not.toHaveCount(0, { timeout: 90_000 })
  await page.getByRole('button', { name: 'Words', exact: true }).first().click()
  const box = page.getByRole('textbox', { name: 'Words to search for' })
  for (const words of ['"pneumonia', '"cat dog', 'AND', 'NOT', 'cat OR', 'pneumonia AND']) {
    await box.fill(words)
    await box.press('Enter')
    const results = page.locator('.words-results')
    await expect(results.getByRole('alert')).toHaveCount(1)
    await expect(results.locator('.message')).toHaveCount(1)
    await expect(results.locator('.word-hits > li')).toHaveCount(0)
    await box.fill('pneumonia')
    await box.press('Enter')
    await expect(results.locator('.word-hits > li')).not.toHaveCount(0)
    await expect(results.getByRole('alert')).toHaveCount(0)
  }
})
