import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { png } from '../fixtures/pictures.js'
import { expect, test } from './support/launch.js'
import { enginesOf, isAlive } from './support/processes.js'
import { drop, evidence, hits } from './support/window.js'

/** Everything of ours that Linux can tell of processes stands in /proc. */
const needsProc = process.platform !== 'linux'

test('opens the demo library with its sample study answered', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(hits(page)).not.toHaveCount(0, { timeout: 90_000 })
  expect(await hits(page).count()).toBeGreaterThanOrEqual(5)
  await expect(evidence(page)).toContainText('nearest cases are labelled')
  await expect(page.getByText('Not for diagnostic use').first()).toBeVisible()
})

test('a dropped PNG is ranked against the library', async ({ launch }) => {
  const { page } = await launch({ demo: true })
  await expect(hits(page)).not.toHaveCount(0, { timeout: 90_000 })
  await drop(page, [{ name: 'dropped-film.png', mime: 'image/png', bytes: await png(77) }])
  await expect(page.getByText('dropped-film.png').first()).toBeVisible()
  await expect(hits(page)).not.toHaveCount(0)
})

test('sixty pictures are dropped at once, as files and as bytes, and the window stays', async ({
  launch,
}) => {
  const launched = await launch({ demo: true })
  const { page, userData } = launched
  await expect(hits(page)).not.toHaveCount(0, { timeout: 90_000 })
  const folder = join(userData, 'sixty')
  mkdirSync(folder)
  const pictures = await Promise.all(
    Array.from({ length: 60 }, async (_, i) => ({ name: `film-${i}.png`, bytes: await png(300 + i) })),
  )
  for (const { name, bytes } of pictures) writeFileSync(join(folder, name), bytes)
  const panel = page.getByRole('complementary', { name: 'Query' })

  const files = pictures.map(({ name }) => join(folder, name))
  const devtools = await page.context().newCDPSession(page)
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', {
      type,
      x: 700,
      y: 400,
      data: { items: [], files, dragOperationsMask: 1 },
    })
  // So many are folded, and only those in sight are in the document when they are opened.
  await panel.getByRole('button', { name: 'Show all 60' }).click({ timeout: 60_000 })
  const thumbs = panel.locator('ul.series').getByRole('button')
  await expect(thumbs.first()).toBeVisible()
  expect(await thumbs.count()).toBeLessThan(60)
  await expect(panel.getByText('Image 1 of 60')).toBeVisible()

  await drop(page, pictures.slice(0, 50))
  await expect(panel.getByText('of 50')).toBeVisible({ timeout: 60_000 })
  await expect(hits(page)).not.toHaveCount(0, { timeout: 60_000 })
  // Electron 22 fell when it swept its memory, at the latest at its end.
  expect(String(await launched.close())).not.toMatch(/SIGTRAP|SIGILL|SIGSEGV|SIGABRT/)
})

test('an engine that is killed comes back and answers', async ({ launch }) => {
  test.skip(needsProc, 'Reads /proc')
  const launched = await launch({ demo: true })
  const { page } = launched
  await expect(hits(page)).not.toHaveCount(0, { timeout: 90_000 })
  const [engine] = enginesOf(launched)
  expect(engine).toBeDefined()
  process.kill(engine as number, 'SIGKILL')
  await drop(page, [{ name: 'after-the-crash.png', mime: 'image/png', bytes: await png(78) }])
  await expect(page.getByText('after-the-crash.png').first()).toBeVisible({ timeout: 60_000 })
  await expect(hits(page)).not.toHaveCount(0, { timeout: 60_000 })
  const [next] = enginesOf(launched)
  expect(next).toBeDefined()
  expect(next).not.toBe(engine)
})

test('a host that is killed leaves no engine behind, and its library opens at once', async ({ launch }) => {
  test.skip(needsProc, 'Reads /proc')
  const first = await launch({ demo: true })
  await expect(hits(first.page)).not.toHaveCount(0, { timeout: 90_000 })
  const engines = enginesOf(first)
  expect(engines).toHaveLength(1)
  process.kill(first.pid, 'SIGKILL')
  await expect.poll(() => engines.filter(isAlive), { timeout: 15_000 }).toEqual([])

  const second = await launch({ userData: first.userData, demo: true })
  await expect(hits(second.page)).not.toHaveCount(0, { timeout: 90_000 })
  await expect(second.page.getByText('Open for reading only')).toHaveCount(0)
  // Nothing half-written is left where the next start would find it.
  const left = readdirSync(join(first.userData, 'demo-library')).filter((name) => name.endsWith('.partial'))
  expect(left).toEqual([])
})

test('the library used last is open again at the next start', async ({ launch }) => {
  const first = await launch({ demo: true })
  await expect(hits(first.page)).not.toHaveCount(0, { timeout: 90_000 })
  await first.close()
  const second = await launch({ userData: first.userData })
  await expect(second.page.getByRole('contentinfo')).toContainText(/exact, 2\d\d/, { timeout: 60_000 })
})
