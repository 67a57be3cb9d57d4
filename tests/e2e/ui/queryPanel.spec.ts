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
