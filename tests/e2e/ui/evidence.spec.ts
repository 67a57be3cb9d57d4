/** Evidence a clinician can weigh: refining with undo, an impression before the results, the library's own health. */
import { expect, test } from '../support/launch.js'

const READY = { timeout: 150_000 }

test('a search is refined by words, notes and a case; it says what changed and is undone', async ({
  launch,
}) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, READY)
  await page.locator('#add-words').click()
  await page.getByLabel('Words to refine with').fill('consolidation')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'More: consolidation', exact: true })).toBeVisible()
  await expect(page.locator('.source-share').nth(1)).toHaveText(/^\d+ %$/)
  await expect(page.locator('.changed')).toContainText('What changed')
  await expect(page.getByRole('region', { name: 'Evidence' })).toContainText('narrowed or refined')
  await page
    .getByRole('button', { name: /^More for case/ })
    .nth(1)
    .click()
  await page.getByRole('menuitem', { name: 'Less like this' }).click()
  await expect(page.getByRole('button', { name: /^Unlike case-\d+/ })).toBeVisible()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(page.getByRole('button', { name: /^Unlike case-\d+/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(page.getByRole('button', { name: 'More: consolidation', exact: true })).toHaveCount(0)
  await expect(page.locator('.hits .rank')).toHaveCount(10)
})

test('the hits stand where they will stay before the evidence is there', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, READY)
  await expect(page.getByRole('region', { name: 'Evidence' })).toContainText('For comparison', READY)
  for (const width of [1024, 1280, 1440, 1920]) {
    await page.setViewportSize({ width, height: 800 })
    await page.evaluate(() => {
      const tops = new Map<boolean, Set<number>>()
      Object.assign(window, { tops })
      const look = () => {
        const hits = document.querySelector('.hits-scroll')
        const waiting = document.querySelector('.evidence .sk') !== null
        if (hits) tops.set(waiting, (tops.get(waiting) ?? new Set()).add(hits.getBoundingClientRect().top))
        requestAnimationFrame(look)
      }
      look()
    })
    await page.locator('.hit[tabindex="0"]').first().focus()
    await page.keyboard.press('q')
    await expect
      .poll(() =>
        page.evaluate(() => {
          const { tops } = window as unknown as { tops: Map<boolean, Set<number>> }
          return [
            tops.get(true)?.size,
            tops.get(false)?.size,
            new Set([...tops.values()].flatMap((set) => [...set])).size,
          ]
        }),
      )
      .toEqual([1, 1, 1])
    await expect(page.getByRole('region', { name: 'Evidence' })).toContainText('For comparison')
  }
})

test('words that the model cannot see are looked for in the notes with one click, and without the image rank nothing', async ({
  launch,
}) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, READY)
  await page.locator('#add-words').click()
  await page.getByLabel('Words to refine with').fill('fever')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/“fever” is left out/)).toBeVisible()
  await page.getByRole('button', { name: 'Whole image', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Nothing ranks the cases' })).toBeVisible()
  await page.getByRole('button', { name: 'Search the image too' }).click()
  await expect(page.locator('.hits .rank')).toHaveCount(10)
  await page.getByRole('button', { name: 'Search the notes for them instead' }).click()
  await expect(page.getByRole('button', { name: 'Notes: fever', exact: true })).toBeVisible()
  await expect(page.getByText(/“fever” is left out/)).toHaveCount(0)
  await expect(page.locator('.changed')).toContainText('moved')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(page.getByText(/“fever” is left out/)).toBeVisible()
})

test('blind reading holds the cases back until an impression is noted, and logs it', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, READY)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('> blind reading')
  await page.keyboard.press('Enter')
  await page.locator('.hit[tabindex="0"]').first().focus()
  await page.keyboard.press('q')
  await expect(page.getByRole('heading', { name: 'Your impression first' })).toBeVisible()
  await expect(page.locator('.hits .rank')).toHaveCount(0)
  await expect(page.getByRole('region', { name: 'Evidence' })).toHaveCount(0)
  // No other screen names findings meanwhile, and none waits for what is held back.
  const go = page.getByRole('navigation')
  for (const screen of ['Library', 'Words', 'Evaluate', 'Report']) {
    await go.getByRole('button', { name: screen, exact: true }).click()
    await expect(page.getByRole('heading', { name: 'A blind reading is open' })).toBeVisible()
    await expect(page.getByText(/pneumonia/i)).toHaveCount(0)
  }
  await go.getByRole('button', { name: 'Compare', exact: true }).click()
  await expect(page.locator('.no-case')).toContainText('held back')
  await expect(page.locator('.spin')).toHaveCount(0)
  await page.getByRole('button', { name: 'Go to the reading' }).click()
  await expect(page.getByText('Nothing abnormal', { exact: true })).toBeVisible()
  await page.getByText('Pneumonia', { exact: true }).click()
  await page.getByRole('button', { name: 'Record and show the cases' }).click()
  await expect(page.locator('.hits .rank')).toHaveCount(10)
  await expect(page.getByText(/of the 10 nearest cases carry it/)).toBeVisible()
  await page.getByRole('navigation').getByRole('button', { name: 'Settings', exact: true }).click()
  await page.getByRole('button', { name: 'Blind reading', exact: true }).click()
  await expect(page.getByText(/^1 reading;/)).toBeVisible()
})

test('the library says how healthy it is, and whether its evidence is honest', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, READY)
  const go = page.getByRole('navigation')
  await go.getByRole('button', { name: 'Library', exact: true }).click()
  const health = page.getByRole('region', { name: 'Library health' })
  await expect(health).toContainText('up to date', READY)
  await expect(health).toContainText(/n = \d+, \d\.\d{3} to \d\.\d{3}/)
  await health.getByRole('button', { name: 'Details' }).click()
  await expect(page.getByRole('dialog')).toContainText('Cases by group')
  await page.keyboard.press('Escape')
  await go.getByRole('button', { name: 'Evaluate', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Is the evidence honest?' })).toContainText(
    /expected calibration error\): \d\.\d{3} as counted, \d\.\d{3} as stated/,
  )
})
