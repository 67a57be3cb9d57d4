/** Bringing cases in, as a person does: a folder with its labels, an NPZ, what cannot be read, the same again, stopping. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { badFiles } from '../fixtures/bad.js'
import { npy, npz } from '../fixtures/npz.js'
import { labelledNpz, png } from '../fixtures/pictures.js'
import type { Launched } from './support/hosts.js'
import { expect, test } from './support/launch.js'
import { descendants, enginesOf, isAlive } from './support/processes.js'
import { drop, hits } from './support/window.js'

/** Twelve drawn radiographs in one folder; their findings stand in labels.csv only. */
async function labelledFolder(): Promise<string> {
  const folder = join(mkdtempSync(join(tmpdir(), 'hilum-e2e-import-')), 'ward')
  mkdirSync(folder)
  const rows = ['file,finding,patient_id,age,sex']
  for (let at = 0; at < 12; at++) {
    const finding = at % 2 === 0 ? 'NORMAL' : 'PNEUMONIA'
    writeFileSync(join(folder, `film-${at}.png`), await png(300 + at, { finding }))
    rows.push(`film-${at}.png,${finding},E2E-${at},${20 + at},F`)
  }
  writeFileSync(join(folder, 'labels.csv'), `${rows.join('\n')}\n`)
  return folder
}

/** Noise, because 1,500 drawn radiographs take longer to draw than to import. */
function manyImages(): Buffer {
  const side = 28
  let state = 1
  const images = Uint8Array.from({ length: 1500 * side * side }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
  return npz({ train_images: npy(images, [1500, side, side]) })
}

/** Presses "Add a folder" and answers the dialog that comes: the system's in Electron, the browser's own on the web. */
async function addFolder({ app, page }: Launched, folder: string): Promise<void> {
  const button = page.getByRole('button', { name: 'Add a folder' }).first()
  if (app !== undefined) {
    await app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
    }, folder)
    await button.click()
    return
  }
  const chooser = page.waitForEvent('filechooser')
  await button.click()
  await (await chooser).setFiles(folder)
}

const goToLibrary = (launched: Launched) =>
  launched.page.getByRole('button', { name: 'Library', exact: true }).first().click()
const card = ({ page }: Launched) => page.getByRole('region', { name: 'Adding cases' })

test('a folder with its labels, an NPZ, files that cannot be read, and the same again', async ({
  launch,
}) => {
  const folder = await labelledFolder()
  const launched = await launch()
  const { page } = launched
  try {
    await goToLibrary(launched)
    await addFolder(launched, folder)
    await expect(card(launched)).toContainText('12 images added', { timeout: 120_000 })
    await expect(card(launched)).not.toContainText('not read')
    const facts = page.locator('.library-facts, aside').last()
    await expect(facts).toContainText('Pneumonia')
    await card(launched).getByRole('button', { name: 'Dismiss' }).click()

    const bad = await badFiles()
    await drop(
      page,
      [
        { name: 'pneumoniamnist-like.npz', bytes: labelledNpz({ train: 10 }) },
        ...bad.map(({ name, bytes }) => ({ name, bytes })),
      ],
      { shiftKey: true },
    )
    await expect(card(launched)).toContainText('10 images added', { timeout: 120_000 })
    await card(launched)
      .getByRole('button', { name: /Show all \d+/ })
      .click()
    const failures = card(launched).locator('.failures')
    // Each with its file, a sentence, what to do, and the code.
    for (const { name, codes } of bad) {
      const line = failures.locator('li').filter({ hasText: name }).first()
      await expect(line).toContainText(new RegExp(codes.join('|')))
      expect((await line.innerText()).length).toBeGreaterThan(name.length + 40)
    }
    await card(launched).getByRole('button', { name: 'Dismiss' }).click()

    // Nothing came in: the reason stands there by itself.
    await drop(page, [{ name: 'letter.png', bytes: Buffer.from('Dear colleague') }], { shiftKey: true })
    await expect(card(launched)).toContainText('0 images added', { timeout: 120_000 })
    await expect(card(launched)).toContainText('letter.png is a text file')
    await card(launched).getByRole('button', { name: 'Dismiss' }).click()

    // Of a split with too few labels no image is taken.
    const two = npy(
      Uint8Array.from({ length: 2 * 784 }, (_, at) => at % 251),
      [2, 28, 28],
    )
    const short = npz({ train_images: two, train_labels: npy(Uint8Array.from([0]), [1, 1]) })
    await drop(page, [{ name: 'short.npz', bytes: short }], { shiftKey: true })
    await expect(card(launched)).toContainText('1 not read', { timeout: 120_000 })
    await expect(card(launched)).toContainText('2 images but 1 label')
    await card(launched).getByRole('button', { name: 'Dismiss' }).click()

    // Images whose labels are at fault are not called unread.
    const images = npy(
      Uint8Array.from({ length: 3 * 784 }, (_, at) => (at * 7919) % 251),
      [3, 28, 28],
    )
    const numbered = npz({ train_images: images, train_labels: npy(Uint8Array.from([0, 1, 2]), [3, 1]) })
    await drop(page, [{ name: 'numbered.npz', bytes: numbered }], { shiftKey: true })
    await expect(card(launched)).toContainText('3 images added', { timeout: 120_000 })
    await expect(card(launched)).toContainText('1 problem with labels')
    await expect(card(launched)).not.toContainText('not read')
    await card(launched).getByRole('button', { name: 'Dismiss' }).click()

    await addFolder(launched, folder)
    await expect(card(launched)).toContainText('12 already here, skipped', { timeout: 120_000 })
    await expect(card(launched)).toContainText('0 images added')
  } finally {
    rmSync(join(folder, '..'), { recursive: true, force: true })
  }
})

test('a folder too large for one message keeps its labels, and a browser leaves none of it behind', async ({
  launch,
}) => {
  const folder = await labelledFolder()
  writeFileSync(join(folder, 'export.log'), 'not an image\n'.repeat(1_500_000))
  const launched = await launch()
  const { page, host, userData } = launched
  try {
    await goToLibrary(launched)
    await addFolder(launched, folder)
    await expect(card(launched)).toContainText('12 images added', { timeout: 120_000 })
    await expect(page.locator('.library-facts, aside').last()).toContainText('Pneumonia')
    if (host === 'electron') return
    const sent = join(userData, 'incoming')
    const left = () => readdirSync(sent).flatMap((tab) => readdirSync(join(sent, tab)))
    await expect.poll(left).toEqual([])
    // A search looks at its files again, so they stay as long as its tab.
    const bytes = Buffer.concat([Buffer.from(await png(78)), Buffer.alloc(17 * 1024 * 1024)])
    await drop(page, [{ name: 'long.png', bytes }])
    await expect(hits(page).locator('.rank')).not.toHaveCount(0, { timeout: 60_000 })
    expect(left()).toHaveLength(1)
    await page.close()
    await expect.poll(() => readdirSync(sent)).toEqual([])
  } finally {
    rmSync(join(folder, '..'), { recursive: true, force: true })
  }
})

test('an import that is stopped keeps what it has added, and says so', async ({ launch }) => {
  const launched = await launch()
  const { page } = launched
  await goToLibrary(launched)
  await drop(page, [{ name: 'many.npz', bytes: manyImages() }], { shiftKey: true })
  await expect(card(launched).getByRole('progressbar')).toBeVisible({ timeout: 60_000 })
  await expect(card(launched)).toContainText(/[1-9]\d* new/, { timeout: 120_000 })
  await card(launched).getByRole('button', { name: 'Cancel' }).click()
  await expect(card(launched)).toContainText(/Stopped\. [\d,]+ images added and kept/, { timeout: 60_000 })
  const kept = /Stopped\. ([\d,]+)/.exec(await card(launched).innerText())?.[1] ?? ''
  await expect(page.locator('.library-head')).toContainText(`${kept} images`)
})

test('an engine killed during a search: the window says so, and the search answers', async ({ launch }) => {
  test.skip(process.platform !== 'linux', 'Reads /proc')
  const launched = await launch({ demo: true })
  const { page } = launched
  await expect(hits(page)).not.toHaveCount(0, { timeout: 150_000 })
  const [engine] = enginesOf(launched)
  expect(engine).toBeDefined()
  // Stopped first, so that the search is certainly under way when the engine dies.
  process.kill(engine as number, 'SIGSTOP')
  await drop(page, [{ name: 'during.png', mime: 'image/png', bytes: await png(79) }])
  await page.waitForTimeout(500)
  process.kill(engine as number, 'SIGKILL')
  await expect(page.getByText(/restarting/).first()).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText('during.png').first()).toBeVisible({ timeout: 60_000 })
  await expect(hits(page)).toHaveCount(10, { timeout: 90_000 })
  await expect(page.getByText(/restarting/)).toHaveCount(0)
})

test('a search that is stopped while its file opens says so and can be tried again', async ({ launch }) => {
  test.skip(process.platform !== 'linux', 'Reads /proc')
  const launched = await launch({ demo: true })
  const { page } = launched
  await expect(hits(page).locator('.rank')).not.toHaveCount(0, { timeout: 150_000 })
  const [engine] = enginesOf(launched)
  process.kill(engine as number, 'SIGSTOP')
  try {
    await drop(page, [{ name: 'slow.png', mime: 'image/png', bytes: await png(79) }])
    await page.getByRole('button', { name: 'Cancel', exact: true }).click({ timeout: 30_000 })
    await expect(page.getByText('Stopped before anything was searched')).toBeVisible()
  } finally {
    process.kill(engine as number, 'SIGCONT')
  }
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(hits(page).locator('.rank')).toHaveCount(10, { timeout: 90_000 })
  await expect(page.getByText('slow.png').first()).toBeVisible()
})

test('a host killed during an import leaves no process, no lock, and all it had acknowledged', async ({
  launch,
}) => {
  test.skip(process.platform !== 'linux', 'Reads /proc')
  const first = await launch()
  await goToLibrary(first)
  await drop(first.page, [{ name: 'many.npz', bytes: manyImages() }], { shiftKey: true })
  await expect(card(first)).toContainText(/[1-9]\d* new/, { timeout: 120_000 })
  const below = descendants(first.pid)
  expect(below.length).toBeGreaterThanOrEqual(2)
  const acknowledged = Number(
    (/([\d,]+) new/.exec(await card(first).innerText())?.[1] ?? '').replaceAll(',', ''),
  )
  process.kill(first.pid, 'SIGKILL')
  await expect.poll(() => below.filter(isAlive), { timeout: 20_000 }).toEqual([])

  const [database] = readdirSync(first.userData, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('library.db'),
  )
  expect(database).toBeDefined()
  const library = join(first.userData, dirname(database ?? ''))
  const second = await launch({ userData: first.userData, library })
  await goToLibrary(second)
  await expect(second.page.getByText('Open for reading only')).toHaveCount(0)
  const head = second.page.locator('.library-head')
  await expect(head).toContainText(/[\d,]+ images/, { timeout: 60_000 })
  const kept = Number((/([\d,]+) images/.exec(await head.innerText())?.[1] ?? '').replaceAll(',', ''))
  expect(kept).toBeGreaterThanOrEqual(acknowledged)
})
