/**
 * Previews cut, flipped, exchanged, renamed and removed under a running engine: each picture is the same as before, whatever lies
 * in its place. HILUM_MUTATIONS sets their number (2,000 in the full run).
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeWorld, type World } from '../contract/world.js'
import { startEngine, type RunningEngine } from '../support/engine.js'

const MUTATIONS = Number(process.env['HILUM_MUTATIONS'] ?? 100)
const SIDE = 256

let world: World
let engine: RunningEngine

const call: RunningEngine['call'] = (method, payload) => engine.call(method, payload)

beforeAll(async () => {
  world = await makeWorld()
  engine = await startEngine(world)
})
afterAll(async () => {
  await engine.close()
  await world.remove()
})

type Shown = { bytes: Buffer; rows: number; columns: number; mime: string }
async function shown(imageId: string): Promise<Shown> {
  const { bytes, rows, columns, mime } = await call('images.preview', {
    ref: { kind: 'image', imageId },
    maxSide: SIDE,
  })
  return { bytes: Buffer.from(bytes), rows, columns, mime }
}

/** What is done to one preview file; `others` are those of other images. */
const HARM: Readonly<
  Record<string, (file: string, random: (below: number) => number, others: string[]) => void>
> = {
  removed: (file) => fs.rmSync(file),
  cut: (file, random) => fs.truncateSync(file, random(fs.statSync(file).size)),
  flipped(file, random) {
    const bytes = fs.readFileSync(file)
    const at = random(bytes.length)
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 + random(255)), at)
    fs.writeFileSync(file, bytes)
  },
  doubled: (file) => fs.appendFileSync(file, fs.readFileSync(file)),
  emptied: (file) => fs.writeFileSync(file, ''),
  'with the content of another': (file, random, others) =>
    fs.copyFileSync(String(others[random(others.length)]), file),
  'exchanged for another, name and all'(file, random, others) {
    const other = String(others[random(others.length)])
    fs.copyFileSync(other, join(file, '..', other.slice(other.lastIndexOf('/') + 1)))
    fs.rmSync(file)
  },
  'said to be of another shape': (file) =>
    fs.renameSync(
      file,
      file.replace(
        /(\d+)x(\d+)-/,
        (_all, rows: string, columns: string) => `${Number(columns) - 3}x${rows}-`,
      ),
    ),
  'a folder': (file) => {
    fs.rmSync(file)
    fs.mkdirSync(file)
  },
  'in no folder': (file) => fs.rmSync(join(file, '..'), { recursive: true }),
  'below a file': (file) => {
    const folder = join(file, '..')
    fs.rmSync(folder, { recursive: true })
    fs.writeFileSync(folder, 'no folder')
  },
  'with all previews gone': (file) => fs.rmSync(join(file, '..', '..', '..'), { recursive: true }),
}

/** All preview files of the library. */
function previewFiles(library: string): string[] {
  const folder = join(library, 'previews')
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && /\.(jpg|png)$/.test(each.name))
    .map((each) => join(each.parentPath, each.name))
}

it(
  `shows the same pictures after ${MUTATIONS} mutations of preview files`,
  async () => {
    const library = await call('library.open', { create: true })
    const sources = [world.cases, world.frontal, world.lateral].map((path) => ({
      kind: 'path' as const,
      path,
    }))
    await call('import.run', { sources })
    const { rows } = await call('cases.list', { offset: 0, limit: 100 })
    const imageIds = rows.map(({ imageId }) => imageId)
    expect(imageIds.length).toBeGreaterThan(10)
    const truth = new Map<string, Shown>()
    for (const imageId of imageIds) truth.set(imageId, await shown(imageId))
    let state = 17
    const random = (below: number) => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) % below
    const kinds = Object.entries(HARM)
    const done: Record<string, number> = {}
    let longest = 0
    for (let mutation = 0; mutation < MUTATIONS; mutation += 1) {
      for (const imageId of imageIds)
        if (previewFiles(library.path).length < imageIds.length) await shown(imageId)
      const files = previewFiles(library.path)
      const file = String(files[random(files.length)])
      const [name, harm] = kinds[mutation % kinds.length] ?? ['', () => undefined]
      harm(
        file,
        random,
        files.filter((each) => each !== file),
      )
      done[name] = (done[name] ?? 0) + 1
      const started = performance.now()
      for (const imageId of imageIds)
        expect(await shown(imageId), `${mutation}: ${name}`).toEqual(truth.get(imageId))
      longest = Math.max(longest, performance.now() - started)
      if (mutation % 50 === 49) expect((await call('library.check', {})).problems).toEqual([])
    }
    console.info(
      `${MUTATIONS} mutations of preview files (${JSON.stringify(done)}): the same pictures, longest for all ` +
        `${imageIds.length} ${longest.toFixed(0)} ms`,
    )
  },
  MUTATIONS * 5000,
)
