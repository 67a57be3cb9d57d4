/** The reader's own keys and mouse buttons, and taking back what was done to a view. */
import { expect, test } from '../support/launch.js'

test('a key is changed, a clash is said, the new key acts, and undo brings the view back', async ({
  launch,
}) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 150_000 })
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Mouse and keys', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Find a command or a key' }).fill('rotate')
  const line = page.getByRole('listitem').filter({ hasText: 'Rotate right' })
  await line.getByRole('button', { name: /Change the key/ }).click()
  await page.keyboard.press('i')
  await expect(line.getByRole('status')).toHaveText('I is “Invert” already. It would lose the key.')
  await page.keyboard.press('Control+c')
  await expect(line.getByRole('status')).toContainText('needed by the window itself')
  await page.keyboard.press('y')
  await expect(line.getByRole('status')).toHaveText('Y is free.')
  await line.getByRole('button', { name: 'Assign' }).click()
  await expect(line.locator('kbd')).toHaveText(['Y'])
  await page.getByLabel('Left drag').selectOption('pan')

  await page.keyboard.press('Control+1')
  await page.locator('.hit[tabindex="0"]').first().focus()
  await page.keyboard.press('Enter')
  const query = page.getByRole('group', { name: 'Viewport: Query' })
  await expect(query.locator('.o.ml')).toHaveText('R')
  await query.focus()
  await page.keyboard.press('r')
  await expect(query.locator('.o.ml')).toHaveText('R')
  await page.keyboard.press('y')
  await expect(query.locator('.o.ml')).toHaveText('F')
  await page.keyboard.press('i')
  await expect(query).toContainText('inverted')
  await page.keyboard.press('Control+z')
  await expect(query).not.toContainText('inverted')
  await page.keyboard.press('Control+Shift+z')
  await expect(query).toContainText('inverted')
  await page.keyboard.press('Control+z')
  await expect(query).not.toContainText('inverted')

  // A left drag pans now: the window stays as it is.
  const window = await query.locator('.o.bl').textContent()
  const box = await query.boundingBox()
  if (!box) throw new Error('the viewport has no box')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 120, box.y + box.height / 2 + 40, { steps: 4 })
  await page.mouse.up()
  await expect(query.locator('.o.bl')).toHaveText(window ?? '')

  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Mouse and keys', exact: true }).click()
  await page.getByRole('button', { name: 'Reset all' }).click()
  await expect(page.getByText('OHIF’s habits: the keys and buttons Hilum comes with')).toBeVisible()
})

test('steps back in a flurry, while the window is busy, stay in Hilum', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 150_000 })
  await page.locator('.hit[tabindex="0"]').first().focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('group', { name: 'Viewport: Query' })).toBeVisible()
  const address = page.url()
  // Key events that wait behind long work come one after the other, before the browser has told of the first step.
  await page.evaluate(() =>
    setTimeout(() => {
      const end = Date.now() + 800
      while (Date.now() < end);
    }, 20),
  )
  await Promise.all(Array.from({ length: 4 }, () => page.keyboard.press('Escape')))
  await expect(page.locator('.hits .rank')).toHaveCount(10)
  expect(page.url()).toBe(address)
  await page.keyboard.press('Control+5')
  await expect(page.getByRole('heading', { name: 'Report', exact: true })).toBeVisible()
})
