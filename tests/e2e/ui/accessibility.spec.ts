/** Every screen in every theme without a violation of WCAG 2.2 AA, and no sideways scrolling at 200 % zoom. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '../support/launch.js'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const SCREENS = ['Search', 'Compare', 'Words', 'Library', 'Evaluate', 'Report', 'Settings']

test('axe finds nothing on any screen in any theme', async ({ launch }) => {
  test.slow()
  const { page } = await launch({ demo: true })
  await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 150_000 })
  for (const theme of ['dark', 'light', 'contrast']) {
    await page.evaluate((name) => {
      document.documentElement.dataset['theme'] = name
    }, theme)
    for (const screen of SCREENS) {
      await page.getByRole('navigation').getByRole('button', { name: screen, exact: true }).click()
      await expect(page.locator('.spin')).toHaveCount(0)
      // Legacy mode opens no second page, which Electron does not allow.
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze()
      expect(violations.map((each) => `${theme} ${screen}: ${each.id} ${each.nodes[0]?.html ?? ''}`)).toEqual(
        [],
      )
    }
  }
})

test('nothing scrolls sideways at 1366, 1440 and 200 % zoom', async ({ launch }) => {
  const { page, host } = await launch({ demo: true })
  test.skip(host === 'electron', 'The size of an Electron window is not the page’s to choose')
  await expect(page.locator('.hits .rank')).toHaveCount(10, { timeout: 150_000 })
  for (const size of [
    { width: 1440, height: 900 },
    { width: 1366, height: 768 },
    { width: 683, height: 384 },
  ]) {
    await page.setViewportSize(size)
    for (const screen of SCREENS) {
      await page.getByRole('navigation').getByRole('button', { name: screen, exact: true }).click()
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(over, `${screen} at ${size.width}`).toBeLessThanOrEqual(0)
    }
  }
})
