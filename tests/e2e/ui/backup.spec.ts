/** A library backed up, spoiled and brought back from the window, where the host has files of its own. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../support/launch.js'

test('a deleted case comes back with a restored backup; a damaged backup changes nothing', async ({
  launch,
  hostKind,
}) => {
  test.skip(hostKind === 'web', 'A browser has no place to back up to; the command line does it')
  const { app, page, userData } = await launch({ demo: true })
  const file = join(userData, 'backup.tar')
  const damaged = join(userData, 'damaged.tar')
  writeFileSync(damaged, 'no backup')
  const chosen = (path: string) =>
    app?.evaluate(({ dialog }, answer) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: answer })
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [answer] })
    }, path)
  await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 150_000 })
  await page.getByRole('button', { name: 'Library', exact: true }).click()
  await expect(page.getByText('240 cases')).toBeVisible()

  await chosen(file)
  await page.getByRole('button', { name: 'Back up', exact: true }).click()
  await expect(page.getByText(/Backed up, \d/)).toBeVisible({ timeout: 60_000 })
  await page.getByRole('checkbox').first().check()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('button', { name: 'Delete the case' }).click()
  await expect(page.getByText('239 cases')).toBeVisible()

  const restore = async () => {
    await page.getByRole('button', { name: 'Restore a backup' }).click()
    await expect(page.getByRole('dialog')).toContainText('The 239 cases here now')
    await page.getByRole('button', { name: 'Choose the backup' }).click()
  }
  await chosen(damaged)
  await restore()
  await expect(page.getByText('This backup is damaged or not a backup of Hilum.')).toBeVisible()
  await expect(page.getByText('239 cases')).toBeVisible()
  await chosen(file)
  await restore()
  await expect(page.getByText('Restored, 252 images')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('240 cases')).toBeVisible()
})
