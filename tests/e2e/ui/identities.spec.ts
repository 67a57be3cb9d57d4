/** Identities hidden: canaries in everything that names or dates a patient are looked for on every screen, in words and attributes. */
import type { Page } from '@playwright/test'
import { dicom, png } from '../../fixtures/pictures.js'
import { expect, test } from '../support/launch.js'
import { drop, hits } from '../support/window.js'

/** Words that stand in no drawn case. The date and its day are the patient's. */
const CANARIES = ['ZEBEDEE', 'ZQNUMBER', 'ZQFILE', 'ZQFOLDER', '1987', '19870416', 'ZQAUTHORED']

/** All that a reader, or what reads for one, could meet: text, attributes, values of fields, the window's title. */
async function readable(page: Page): Promise<string> {
  return page.evaluate(() => {
    const out = [document.title, location.href]
    for (const node of document.querySelectorAll('*')) {
      for (const { value } of node.attributes) out.push(value)
      if (node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement) out.push(node.value)
      for (const child of node.childNodes)
        if (child.nodeType === Node.TEXT_NODE) out.push(child.textContent ?? '')
    }
    return out.join('\n')
  })
}

async function expectNone(page: Page, screen: string): Promise<void> {
  // What a screen asks the engine for comes a moment later.
  for (let look = 0; look < 3; look++) {
    await page.waitForTimeout(250)
    const text = (await readable(page)).toUpperCase()
    expect({ screen, found: CANARIES.filter((canary) => text.includes(canary)) }).toEqual({
      screen,
      found: [],
    })
  }
}

const film = (seed: number, part: string, bitsStored: 10 | 12 = 12): Uint8Array =>
  dicom(seed, {
    look: { bitsStored },
    header: {
      patientId: `ZQNUMBER-${part}`,
      patientName: `ZEBEDEE^${part}`,
      studyDate: '19870416',
      studyKey: `canary/${part}`,
    },
  })

async function expectTagsHidden(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'the query' }).click()
  await expect(page.locator('.tags dt').first()).toBeVisible()
  await expectNone(page, 'compare and its tags')
  const find = page.getByRole('searchbox', { name: 'Find a tag' })
  await find.fill('PatientName')
  await expect(page.locator('.tags')).toContainText('hidden')
  await find.fill('ZEBEDEE')
  await expect(page.locator('.tags dt')).toHaveCount(0)
  await find.fill('')
}

const toScreen = async (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).first().click()

test('what names or dates a patient is on no screen while identities are hidden', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(hits(page)).toHaveCount(10, { timeout: 150_000 })
  // One case of the library and two patients of a drop, with a file that cannot be read among them.
  await drop(page, [{ name: 'ZQFOLDER/ZQFILE-0.dcm', bytes: film(7, 'A', 10) }], { shiftKey: true })
  await expect(page.getByRole('region', { name: 'Adding cases' })).toContainText('1 image added', {
    timeout: 60_000,
  })
  await toScreen(page, 'Search')
  await drop(page, [
    { name: 'ZQFOLDER/ZQFILE-1.dcm', bytes: film(7, 'B') },
    { name: 'ZQFOLDER/ZQFILE-2.dcm', bytes: film(8, 'C') },
    { name: 'ZQFOLDER/ZQFILE-3.dcm', bytes: new TextEncoder().encode('no image at all') },
    { name: 'ZQFOLDER/ZQFILE-4.png', bytes: (await png(9)).subarray(0, 300) },
  ])
  const panel = page.getByRole('complementary', { name: 'Query' })
  await expect(panel).toContainText('ZEBEDEE', { timeout: 60_000 })
  await expect(hits(page)).toHaveCount(10, { timeout: 60_000 })
  await page.locator('summary').filter({ hasText: 'could not be' }).click()
  const shown = (await readable(page)).toUpperCase()
  expect(CANARIES.filter((canary) => shown.includes(canary)).length).toBeGreaterThan(3)

  await page.keyboard.press('Control+Shift+H')
  await expect(panel).toContainText('Name hidden')
  await expect(panel).toContainText('File name hidden')
  await expectNone(page, 'search')
  await page.getByRole('radio', { name: /list/i }).first().click()
  await expectNone(page, 'search as a list')
  await page.getByRole('radio', { name: /grid/i }).first().click()

  await page.locator('.hit[tabindex="0"]').first().focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('group', { name: /Viewport: Rank 1/ })).toBeVisible()
  await expectTagsHidden(page)
  await page.keyboard.press('Escape')

  await page.keyboard.press('Control+p')
  await expect(page.getByRole('article')).toContainText('Name hidden')
  await expectNone(page, 'report')

  // The case of the library, as a row and as a query whose twin in the drop is gone: its note says its number.
  await toScreen(page, 'Library')
  const number = page.getByRole('columnheader', { name: 'Case' }).getByRole('button')
  await number.click()
  if ((await page.locator('[aria-sort="descending"]').count()) === 0) await number.click()
  const row = page.getByRole('row').nth(1)
  await expect(row).not.toContainText('Synthetic demo')
  await expect(row).toContainText('Date hidden')
  await expectNone(page, 'library')
  await row.dblclick()
  await expect(hits(page)).toHaveCount(10, { timeout: 60_000 })
  await expectNone(page, 'search by a case')
  await page.getByRole('button', { name: 'Viewer', exact: true }).click()
  await expect(page.getByRole('group', { name: 'Viewport: Query' })).toContainText('Name hidden')
  await expectTagsHidden(page)
  for (const screen of ['Words', 'Evaluate', 'Settings']) {
    await toScreen(page, screen)
    await expectNone(page, screen)
  }
  await page.keyboard.press('Control+k')
  await page.keyboard.type('#1')
  await expectNone(page, 'palette')
  await page.keyboard.press('Escape')

  // Shown again, by the same switch.
  await page.keyboard.press('Control+Shift+H')
  await toScreen(page, 'Search')
  await expect(panel).toContainText('ZEBEDEE')
})
