/**
 * What a clinician does in one sitting, on both hosts: drop a study, look at its nearest cases and at what made the
 * score, write and find a note, save the report, open it again and run its search once more. Prints the time from the
 * drop to the saved report.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { dicom } from '../fixtures/pictures.js'
import type { Launched } from './support/hosts.js'
import { expect, test } from './support/launch.js'
import { drop, evidence, hits } from './support/window.js'

const PATIENT = 'MISSION^ANNA'
const header = { patientId: 'MISSION-1', patientName: PATIENT, studyKey: 'mission/1' }
/** A lateral first: the frontal has to be chosen, not taken. */
const STUDY = [
  { name: 'study/1-lateral.dcm', bytes: dicom(41, { view: 'LL', header: { ...header, seriesNumber: 1 } }) },
  {
    name: 'study/2-frontal.dcm',
    bytes: dicom(41, { view: 'AP', finding: 'PNEUMONIA', header: { ...header, seriesNumber: 2 } }),
  },
].map((file) => ({ ...file, mime: 'application/dicom' }))

/** Presses the button and answers the host's save dialog, the only part that is stood in for. @returns the file */
async function saved({ host, page, app, userData }: Launched, button: string): Promise<string> {
  const file = join(userData, 'saved.pdf')
  const press = () => page.getByRole('button', { name: button, exact: true }).click()
  if (host === 'web') {
    const download = page.waitForEvent('download')
    await press()
    await (await download).saveAs(file)
    return file
  }
  await app?.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, file)
  await press()
  await expect(page.getByText('saved.pdf saved')).toBeVisible()
  return file
}

/** Presses the button and answers the host's open dialog with one file. */
async function chosen({ host, page, app }: Launched, button: string, file: string): Promise<void> {
  const press = () => page.getByRole('button', { name: button, exact: true }).click()
  if (host === 'web') {
    const asked = page.waitForEvent('filechooser')
    await press()
    await (await asked).setFiles(file)
    return
  }
  await app?.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
  }, file)
  await press()
}

async function writeNote(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Add a note' }).fill(text)
  await page.getByRole('button', { name: 'Save note' }).click()
}

test('a study from the drop to a report that can be run again', async ({ launch }) => {
  const launched = await launch({ demo: true })
  const { page } = launched
  await expect(hits(page)).toHaveCount(10, { timeout: 150_000 })

  const start = Date.now()
  await drop(page, STUDY)
  const panel = page.getByRole('complementary', { name: 'Query' })
  await expect(panel).toContainText('2-frontal.dcm')
  await expect(panel).toContainText('ANNA MISSION')
  await expect(panel.getByRole('button', { name: /Image [12] of 2/ })).toHaveCount(2)
  await expect(panel.getByRole('button', { name: /frontal, study\/2-frontal/ })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  await expect(hits(page)).toHaveCount(10)
  await expect(evidence(page)).toContainText('it cannot exclude anything else')
  const searched = Date.now()

  // Identities can be hidden everywhere, and shown again.
  await page.keyboard.press('Control+Shift+H')
  await expect(page.getByText('ANNA MISSION')).toHaveCount(0)
  await page.keyboard.press('Control+Shift+H')
  await expect(panel).toContainText('ANNA MISSION')

  // Compare: the overlay adds up, has opacity, and a table of numbers.
  await page.locator('.hit[tabindex="0"]').first().focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('group', { name: /Viewport: Rank 1/ })).toBeVisible()
  await page.keyboard.press('e')
  await expect(page.getByText(/All places add up to \d\.\d{3}, the whole score/)).toBeVisible()
  await page.getByRole('slider', { name: 'Opacity' }).fill('0.9')
  await page.getByRole('button', { name: 'Show as a table' }).click()
  const table = page.getByRole('dialog', { name: /place by place/ })
  await expect(table.getByRole('row').nth(3)).toContainText(/\d\.\d/)
  await page.keyboard.press('Escape')

  // A note is written, changed, has a history, and goes into the report.
  await page.getByRole('button', { name: 'Add a note' }).click()
  await writeNote(page, 'Teaching case, zygomatic reference')
  await page
    .getByRole('listitem')
    .filter({ hasText: 'zygomatic' })
    .getByRole('button', { name: 'Edit this note' })
    .click()
  await writeNote(page, 'Teaching case with a periphrastic reference')
  await page.getByRole('button', { name: '1 earlier wording' }).click()
  await expect(page.getByRole('list', { name: 'Earlier wordings' })).toContainText('zygomatic')
  await page.getByRole('checkbox', { name: /periphrastic/ }).check()

  await page.keyboard.press('Control+5')
  await expect(page.getByText('1 note')).toBeVisible()
  const pdf = await saved(launched, 'Save PDF')
  const done = Date.now()
  console.log(
    `${launched.host}: drop to hits ${searched - start} ms, drop to saved report ${done - start} ms, with notes written between`,
  )
  const bytes = readFileSync(pdf)
  expect(bytes.subarray(0, 5).toString('latin1')).toBe('%PDF-')

  // The report run again finds the same; another file is refused in words.
  await chosen(launched, 'Run again from a report', pdf)
  await expect(page.getByText('The search gives the same list today.')).toBeVisible()

  // The note is found by its words, where it was changed and no longer where it was not.
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Commands and search' }).fill('periphrastic')
  await page.keyboard.press('Enter')
  const notes = page.getByRole('region', { name: 'In the notes' })
  await expect(notes.locator('mark').first()).toHaveText('periphrastic')
  await page.getByRole('textbox', { name: 'Words to search for' }).fill('zygomatic')
  await page.keyboard.press('Enter')
  await expect(notes).toContainText('No note mentions these words')
  await page.getByRole('textbox', { name: 'Words to search for' }).fill('"not closed')
  await page.keyboard.press('Enter')
  await expect(page.getByText('A quotation mark is not closed.')).toBeVisible()
})

test('what is dropped without a frontal, of two patients, or without any image is said, and the rest goes on', async ({
  launch,
}) => {
  const { page } = await launch({ demo: true })
  await expect(hits(page)).toHaveCount(10, { timeout: 150_000 })
  await drop(page, STUDY.slice(0, 1))
  await expect(page.getByText('The study holds no frontal radiograph.')).toBeVisible()
  await expect(page.getByText('Outside this library').first()).toBeVisible()

  await drop(page, [
    ...STUDY,
    { name: 'other.dcm', mime: 'application/dicom', bytes: dicom(42, { view: 'PA' }) },
  ])
  await expect(page.getByText('These files are of 2 patients.')).toBeVisible()
  await expect(hits(page)).toHaveCount(10)

  const text = new TextEncoder().encode('Dear colleague')
  await drop(page, [{ name: 'letter.txt', mime: 'text/plain', bytes: text }])
  await expect(page.getByText('No image was found.')).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'letter.txt' })).toContainText('text file')
})
