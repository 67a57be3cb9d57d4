/** The main job on both hosts: from the demo's sample study to nearest cases, comparison, words and evaluation. */
import { expect, test } from '../support/launch.js'

const LIMIT = /knows pneumonia and no pneumonia only; it cannot exclude anything else/

test('sample study to ranked cases, evidence, comparison and explanation', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(page.getByRole('list', { name: 'Nearest cases' }).getByRole('group')).toHaveCount(10, {
    timeout: 150_000,
  })
  const evidence = page.getByRole('region', { name: 'Evidence' })
  await expect(evidence).toContainText(/of the 10 nearest cases are labelled/)
  await expect(evidence).toContainText(LIMIT)
  await expect(page.getByRole('contentinfo')).toContainText('Not for diagnostic use')
  await expect(page.locator('.hits .synthetic')).toHaveCount(10)

  // By keyboard: the first hit is selected; Enter compares it, E explains, Escape goes one step back.
  await page.locator('.hit[tabindex="0"]').first().focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.locator('.hit.sel .rank')).toHaveText('2')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('group', { name: 'Viewport: Query' })).toBeVisible()
  await expect(page.getByRole('group', { name: /Viewport: Rank 2/ })).toBeVisible()
  await page.keyboard.press('e')
  await expect(page.getByText(/All places add up to \d\.\d{3}, the whole score/)).toBeVisible()
  await expect(page.getByText(/Check (not )?passed/)).toBeVisible()
  await page.keyboard.press('PageDown')
  await expect(page.getByRole('group', { name: /Viewport: Rank 3/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.locator('.hit.sel .rank')).toHaveText('3')
})

test('a filter is shown, undone, and a hit becomes the query; Back brings the first one', async ({
  launch,
}) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 150_000 })
  await page.keyboard.press('f')
  await page.getByRole('menuitemcheckbox', { name: /Finding: Normal/ }).click()
  await expect(page.getByRole('button', { name: 'Remove the filter Normal' })).toBeVisible()
  await expect(page.locator('.hits .find')).toHaveText(Array<string>(10).fill('Normal'))
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Remove the filter Normal' })).toHaveCount(0)
  await expect(page.locator('.hits .rank')).toHaveCount(10)
  await page.locator('.hit[tabindex="0"]').first().focus()
  await page.keyboard.press('q')
  await expect(page.getByText(/already in the library as case-\d+/)).toBeVisible()
  await page.keyboard.press('Alt+ArrowLeft')
  await expect(page.getByText(/already in the library as case-\d+/)).toHaveCount(0)
  await expect(page.locator('.hits .rank')).toHaveCount(10)
})

test('words the model cannot see are declined, and the notes searched', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 150_000 })
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('rib fracture')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/so no images are ranked/)).toBeVisible()
  await expect(page.getByRole('region', { name: 'In the notes' }).locator('mark').first()).toBeVisible()
})
