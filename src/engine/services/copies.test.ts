/** A library in which every picture has a re-encoded copy: no figure may rest on copies, and labels that differ are named. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Output } from '@shared/contract.js'
import { makeWorld, type World } from '../../../tests/contract/world.js'
import { startEngine, type RunningEngine } from '../../../tests/support/engine.js'
import { png, png16, tiff } from '../../../tests/fixtures/pictures.js'

const FINDINGS = ['NORMAL', 'PNEUMONIA'] as const
const EACH = 6
const DIFFERENT = 'different findings: one of each pair is labelled wrongly'

let world: World
let engine: RunningEngine

const call: RunningEngine['call'] = (method, payload) => engine.call(method, payload)

/** Drawn pictures and the same at 16 bits. @param opposite copies carry the other finding */
async function folder(name: string, opposite: boolean): Promise<string> {
  const root = join(world.userData, '..', name)
  for (const [at, finding] of FINDINGS.entries()) {
    const other = FINDINGS[opposite ? 1 - at : at] as string
    for (const one of [finding, other]) await mkdir(join(root, one), { recursive: true })
    for (let i = 0; i < EACH; i++) {
      const seed = 300 + at * 50 + i
      await writeFile(join(root, finding, `p${seed}.png`), await png(seed, { finding }))
      await writeFile(join(root, other, `q${seed}.png`), await png16(seed, { finding }))
    }
  }
  return root
}

async function filled(name: string, path: string): Promise<void> {
  await call('library.open', { path: join(world.userData, '..', name), create: true })
  const { imported } = await call('import.run', { sources: [{ kind: 'path', path }] })
  expect(imported).toBe(4 * EACH)
}

beforeAll(async () => {
  world = await makeWorld()
  engine = await startEngine(world)
})
afterAll(async () => {
  await engine.close()
  await world.remove()
})

it('a library set against itself counts no copy as a neighbour, and says how many were left out', async () => {
  await filled('same-labels', await folder('same', false))
  const result = await call('evaluate.run', { gallery: 'library', queries: 'library', wall: true })
  for (const { score } of (result.wall ?? []).flatMap(({ hits }) => hits)) expect(score).toBeLessThan(0.99995)
  expect(result.wall?.every(({ hits }) => hits.length > 0)).toBe(true)
  expect(result.remarks?.join(' ')).toContain(`${2 * EACH} pairs of copies were left out`)
  expect(result.remarks?.join(' ')).not.toContain(DIFFERENT)
})

it('copies of opposite labels are named and do not decide', async () => {
  await filled('opposite-labels', await folder('opposite', true))
  const result = await call('evaluate.run', { gallery: 'library', queries: 'library', wall: true })
  for (const { score } of (result.wall ?? []).flatMap(({ hits }) => hits)) expect(score).toBeLessThan(0.99995)
  expect(result.remarks?.join(' ')).toContain(`${2 * EACH} pairs of copies carry ${DIFFERENT}`)
})

it('two given sets keep their copies in the figures, and a remark says so', async () => {
  const path = await folder('given', true)
  const set = { kind: 'path' as const, path }
  const result = await call('evaluate.run', { gallery: set, queries: { ...set }, k: [1, 2], wall: true })
  // The image itself, then its copy.
  expect(result.wall?.every(({ hits }) => hits.every(({ score }) => score >= 0.99995))).toBe(true)
  expect(result.precisionAt['2']).toBe(0.5)
  const said = result.remarks?.join(' ')
  expect(said).toContain(`${2 * EACH} pairs of copies are among these images`)
  expect(said).toContain(`${2 * EACH} pairs of copies carry ${DIFFERENT}`)
})

it('a copy of the query is not its opposite, and labels that contradict one another are named', async () => {
  const path = await folder('asked', true)
  await filled('asked-labels', path)
  // Without cases that have no copy every vote is a tie.
  await call('import.run', { sources: [{ kind: 'path', path: world.cases }] })
  const search = async (file: string): Promise<Output<'search.image'>> => {
    const { primary } = await call('query.open', { sources: [{ kind: 'path', path: file }] })
    return await call('search.image', { queryId: primary as string })
  }
  let opposites = 0
  for (const seed of [300, 301, 302, 350, 351, 352]) {
    const finding = seed < 350 ? 'NORMAL' : 'PNEUMONIA'
    // In the library itself, then a third file of the same picture.
    const third = join(world.userData, '..', `third-${seed}.tif`)
    await writeFile(third, await tiff(seed, { finding }))
    for (const file of [join(path, finding, `p${seed}.png`), third]) {
      const found = await search(file)
      opposites += found.contrast.length
      for (const { score } of found.contrast) expect(score).toBeLessThan(0.99995)
      expect(found.query.remarks?.join(' ')).toContain('different findings: at least one is labelled wrongly')
    }
  }
  expect(opposites).toBeGreaterThan(0)
})

it('a lateral of the library is neither asked nor found, and is said to be left out', async () => {
  await call('library.open', { path: join(world.userData, '..', 'aside'), create: true })
  for (const path of [world.cases, world.lateral])
    await call('import.run', { sources: [{ kind: 'path', path }] })
  const { rows } = await call('cases.list', { offset: 0, limit: 50 })
  const lateral = rows.find(({ view }) => view === 'lateral')
  await call('cases.setFindings', { caseId: lateral?.caseId as string, findings: ['NORMAL'] })
  const result = await call('evaluate.run', { gallery: 'library', queries: 'library' })
  expect([result.gallery.images, result.queries.images]).toEqual([12, 12])
  const left =
    '1 image of the library that is no frontal radiograph of the chest is left out, as in a search.'
  expect(result.remarks).toContain(left)
})
