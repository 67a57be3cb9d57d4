/** Installing, refusing and changing models on a real library: SQLite, FAISS, ONNX Runtime, the decode process. */
import { appendFile, cp, mkdir, readdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tinyOnnx, writeTinyPack } from '../../src/engine/encoders/packFixture.js'
import { SIGLIP } from '../../src/engine/encoders/siglipFixture.js'
import type { Progress } from '../../src/shared/domain/library.js'
import { png } from '../fixtures/pictures.js'
import { IMAGES, makeModelWorld, value, type ModelWorld, type Running } from './world.js'

let world: ModelWorld
let running: Running
const client = () => running.client
const inUse = async () =>
  value(await client().call('models.list', {})).models.find((model) => model.inUse)?.id

/** Hits of the query file by the model in use. */
async function search() {
  const opened = value(await client().call('query.open', { sources: [{ kind: 'path', path: world.query }] }))
  const queryId = opened.studies[0]?.series[0]?.images[0]?.queryId ?? ''
  return value(await client().call('search.image', { queryId, k: 5 }))
}

beforeAll(async () => {
  world = await makeModelWorld()
  running = await world.start()
  value(await client().call('library.open', { create: true }))
  value(await client().call('import.run', { sources: [{ kind: 'path', path: world.cases }] }))
})
afterAll(async () => {
  await running.close()
  await world.remove()
})

/** Every bad pack of the issue, as a folder that someone hands over. */
const BAD: [string, RegExp, (dir: string) => Promise<string>][] = [
  [
    'a wrong hash',
    /not the file its manifest names/,
    async (dir) => {
      const folder = await writeTinyPack(dir, 'bad')
      await appendFile(join(folder, 'image.onnx'), 'x')
      return folder
    },
  ],
  [
    'a missing file',
    /missing or is a link/,
    async (dir) => {
      const folder = await writeTinyPack(dir, 'bad')
      await unlink(join(folder, 'image.onnx'))
      return folder
    },
  ],
  [
    'weights in a file outside the folder',
    /weights in another file/,
    (dir) => writeTinyPack(dir, 'bad', { graph: tinyOnnx({ external: true }) }),
  ],
  [
    'a symbolic link',
    /missing or is a link/,
    async (dir) => {
      const folder = await writeTinyPack(dir, 'bad')
      await rename(join(folder, 'image.onnx'), join(dir, 'elsewhere.onnx'))
      await symlink(join(dir, 'elsewhere.onnx'), join(folder, 'image.onnx'))
      return folder
    },
  ],
  [
    'another dimension than it says',
    /no usable answer.*shape/,
    (dir) => writeTinyPack(dir, 'bad', { spoil: (manifest) => (manifest['dimension'] = 64) }),
  ],
  [
    'answers that are no numbers',
    /no usable answer.*no numbers/,
    (dir) => writeTinyPack(dir, 'bad', { graph: tinyOnnx({ weights: [NaN, 1] }) }),
  ],
  [
    'an unknown operator',
    /cannot be opened.*Exec/,
    (dir) => writeTinyPack(dir, 'bad', { graph: tinyOnnx({ operator: 'Exec' }) }),
  ],
  [
    'the id of a pack that is there',
    /another pack of this id/,
    (dir) => writeTinyPack(dir, 'tiny', { graph: tinyOnnx({ weights: [1, 0] }) }),
  ],
]

it.each(BAD)(
  'a pack with %s is refused with the reason, nothing is left of it, the model stays',
  async (_, why, make) => {
    const dir = join(world.root, 'bad-packs')
    await rm(dir, { recursive: true, force: true })
    await mkdir(dir)
    const result = await client().call('models.install', { path: await make(dir) })
    expect(result.ok).toBe(false)
    if (result.ok) return
    expect(result.problem.code).toBe('MODEL_INVALID')
    expect(`${result.problem.message} ${result.problem.detail ?? ''}`).toMatch(why)
    expect(await inUse()).toBe('tiny')
    expect((await search()).hits.length).toBe(5)
    const installed = await readdir(join(world.root, 'user', 'models')).catch(() => [])
    expect(installed).toEqual([])
  },
)

it('a pack whose folder has another name is installed under its id, and verified', async () => {
  const renamed = join(world.root, 'Downloads (2)')
  await cp(world.other, renamed, { recursive: true })
  const { installed, models } = value(await client().call('models.install', { path: renamed }))
  expect(installed).toBe('siglip-like')
  expect(models.map(({ id, inUse: used, ok }) => [id, used, ok])).toEqual([
    ['tiny', true, true],
    ['siglip-like', false, true],
  ])
  expect((await readdir(join(world.root, 'user', 'models'))).map((name) => basename(name))).toEqual([
    'siglip-like',
  ])
  const again = value(await client().call('models.install', { path: world.other }))
  expect(again.installed).toBe('siglip-like')
  const { models: verified } = value(await client().call('models.verify', { id: 'siglip-like' }))
  expect(verified.map(({ ok }) => ok)).toEqual([true])
})

it('a change stopped half-way keeps what is encoded; the old model serves meanwhile and afterwards', async () => {
  const controller = new AbortController()
  const seen: Progress[] = []
  const during: Promise<number>[] = []
  const done = client().call(
    'models.use',
    { id: 'siglip-like' },
    {
      signal: controller.signal,
      onProgress: (progress) => {
        if (progress.phase !== 'Encoding the library') return
        seen.push(progress)
        during.push(search().then(({ hits }) => hits.length))
        if (progress.done > 0) controller.abort()
      },
    },
  )
  const result = await done
  expect(result.ok).toBe(false)
  if (!result.ok) expect(result.problem.code).toBe('CANCELLED')
  expect(new Set(await Promise.all(during))).toEqual(new Set([5]))
  expect(seen.some(({ done: count, total }) => count > 0 && total === IMAGES)).toBe(true)
  const status = value(await client().call('engine.status', {}))
  expect(status.model?.id).toBe('tiny')
  expect(status.modelSwitch?.state).toBe('cancelled')
  expect((await search()).hits.length).toBe(5)
})

it('a change that an engine left undone goes on by itself when the library is opened again, and is then in use', async () => {
  let begun: () => void = () => undefined
  const encoding = new Promise<void>((resolve) => (begun = resolve))
  const asked = client().call(
    'models.use',
    { id: 'siglip-like' },
    { onProgress: ({ phase }) => phase === 'Encoding the library' && begun() },
  )
  // The engine goes away under it.
  await encoding
  await running.close()
  expect((await asked).ok).toBe(false)

  running = await world.start()
  expect(value(await client().call('engine.status', {})).model?.id).toBe('tiny')
  value(await client().call('library.open', {}))
  await expect
    .poll(async () => value(await client().call('engine.status', {})).model?.id, { timeout: 30_000 })
    .toBe('siglip-like')
  const info = value(await client().call('library.info', {}))
  expect(info.model).toBe('siglip-like')
  expect(info.indexVectors).toBe(IMAGES)
  const { hits, query } = await search()
  expect(query.inLibrary).toBeDefined()
  expect(hits.length).toBe(5)
  expect(hits.every(({ score }) => Math.abs(score) <= 1.0001)).toBe(true)
  expect(running.events.some((event) => event.type === 'model')).toBe(true)
  expect(value(await client().call('models.list', {})).models.find((model) => model.inUse)?.dimension).toBe(
    SIGLIP.dimension,
  )
})

it('words are searched by the new model’s own text tower', async () => {
  const { query, hits } = value(await client().call('search.text', { text: 'clear lungs', k: 3 }))
  expect(query.abstained).toBe(false)
  expect(hits.length).toBe(3)
})

it('going back takes no encoding: the first model’s vectors are still there', async () => {
  const phases: Progress[] = []
  value(
    await client().call('models.use', { id: 'tiny' }, { onProgress: (progress) => phases.push(progress) }),
  )
  expect(phases.filter(({ phase }) => phase === 'Encoding the library')).toEqual([])
  expect(await inUse()).toBe('tiny')
  expect((await search()).hits.length).toBe(5)
})

it('images imported while the library is being encoded are in the new index too', async () => {
  value(await client().call('models.use', { id: 'siglip-like' }))
  value(await client().call('models.use', { id: 'tiny' }))
  const fresh = await writeTinyPack(join(world.root, 'from-a-colleague'), 'fresh', {
    graph: tinyOnnx({ weights: [0.8, 0.6] }),
  })
  value(await client().call('models.install', { path: fresh }))
  const more = join(world.root, 'more')
  await mkdir(more)
  for (let i = 0; i < 6; i++) await writeFile(join(more, `${i}.png`), await png(900 + i, {}))
  const [used, imported] = await Promise.all([
    client().call('models.use', { id: 'fresh' }),
    client().call('import.run', { sources: [{ kind: 'path', path: more }] }),
  ])
  value(used)
  expect(value(imported).imported).toBe(6)
  await expect
    .poll(async () => value(await client().call('library.info', {})).indexVectors, { timeout: 20_000 })
    .toBe(IMAGES + 6)
  expect(await inUse()).toBe('fresh')
})
