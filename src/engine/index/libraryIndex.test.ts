import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bundleEntries } from '../../../tests/support/entries.js'
import {
  fill,
  drawnImages,
  temporaryFolder,
  TEST_DIMENSION,
  TEST_MODEL,
} from '../../../tests/support/library.js'
import { imageIdOf } from '../store/ids.js'
import { openLibrary } from '../store/openLibrary.js'
import type { SqliteLibrary } from '../store/sqliteLibrary.js'
import { FaissIndex } from './faissIndex.js'
import { faissThread, type FaissThread } from './faissThread.js'
import { LibraryIndex } from './libraryIndex.js'

const COUNT = 300
const SNAPSHOT_FROM = 100
/** 2,000 by hand: HILUM_MUTATIONS=2000. */
const MUTATIONS = Number(process.env['HILUM_MUTATIONS'] ?? 100)
let thread: FaissThread
let folder: string
let library: SqliteLibrary

beforeAll(async () => {
  thread = faissThread(await bundleEntries({ faissWorker: 'src/engine/index/faissWorker.ts' }))
})
beforeEach(() => {
  folder = temporaryFolder()
  library = openLibrary(folder, { create: true })
})
afterEach(() => {
  library.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

/** Unit vectors from a seed. */
function vectorsOf(count: number, seed: number): Float32Array {
  let state = seed
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5
  const vectors = new Float32Array(count * TEST_DIMENSION)
  for (let row = 0; row < count; row += 1) {
    const one = Array.from({ length: TEST_DIMENSION }, next)
    const length = Math.hypot(...one)
    vectors.set(
      one.map((value) => value / length),
      row * TEST_DIMENSION,
    )
  }
  return vectors
}
const vectorAt = (vectors: Float32Array, row: number) =>
  vectors.slice(row * TEST_DIMENSION, (row + 1) * TEST_DIMENSION)

/** The exact ranking, the slow way. */
function ranked(
  vectors: Float32Array,
  keys: readonly number[],
  query: Float32Array,
  allow?: ReadonlySet<number>,
) {
  return keys
    .map((key, row) => {
      let score = 0
      for (let at = 0; at < TEST_DIMENSION; at += 1)
        score += (query[at] ?? 0) * (vectors[row * TEST_DIMENSION + at] ?? 0)
      return { key, score }
    })
    .filter(({ key }) => !allow || allow.has(key))
    .sort((a, b) => b.score - a.score || a.key - b.key)
}

describe('FaissIndex', () => {
  it('ranks exactly, also filtered and after removals', async () => {
    const vectors = vectorsOf(700, 1)
    const keys = Array.from({ length: 700 }, (_, row) => row * 3 + 1)
    const index = await FaissIndex.create(thread, TEST_DIMENSION)
    await index.add(keys, vectors)
    const queries = vectorsOf(20, 2)
    for (let at = 0; at < 20; at += 1) {
      const query = vectorAt(queries, at)
      const allow = new Set(keys.filter((key) => key % (at + 2) === 1))
      expect([...(await index.search(query, 10)).keys]).toEqual(
        ranked(vectors, keys, query)
          .slice(0, 10)
          .map((each) => each.key),
      )
      expect([...(await index.search(query, 10, allow)).keys]).toEqual(
        ranked(vectors, keys, query, allow)
          .slice(0, 10)
          .map((each) => each.key),
      )
    }
    const removed = new Set(keys.filter((key) => key % 4 === 0))
    await index.remove([...removed, 99_999])
    expect(index.size).toBe(700 - removed.size)
    const query = vectorAt(queries, 0)
    const left = new Set(keys.filter((key) => !removed.has(key)))
    expect([...(await index.search(query, 1000)).keys]).toEqual(
      ranked(vectors, keys, query, left).map((each) => each.key),
    )
    await index.close()
  })

  it('orders equal scores by key, also across the last place', async () => {
    const one = vectorAt(vectorsOf(1, 5), 0)
    const index = await FaissIndex.create(thread, TEST_DIMENSION)
    const keys = Array.from({ length: 300 }, (_, row) => 300 - row)
    await index.add(keys, new Float32Array(Array.from({ length: 300 }, () => [...one]).flat()))
    expect([...(await index.search(one, 5)).keys]).toEqual([1, 2, 3, 4, 5])
    expect([...(await index.search(one, 3, new Set([7, 250, 9, 8]))).keys]).toEqual([7, 8, 9])
    await index.close()
  })

  it('answers an empty index, a set of nothing and a vector that is none', async () => {
    const index = await FaissIndex.create(thread, TEST_DIMENSION)
    const one = vectorAt(vectorsOf(1, 5), 0)
    expect((await index.search(one, 5)).keys).toHaveLength(0)
    await index.add([4], one)
    expect((await index.search(one, 5)).keys).toHaveLength(1)
    expect((await index.search(one, 5, new Set())).keys).toHaveLength(0)
    await expect(
      index.search(
        one.map(() => Number.NaN),
        5,
      ),
    ).rejects.toMatchObject({ code: 'MODEL_FAILED' })
    await expect(index.search(one.slice(1), 5)).rejects.toMatchObject({ code: 'MODEL_FAILED' })
    await index.close()
  })
})

describe('LibraryIndex', () => {
  const open = () => LibraryIndex.open(library, TEST_MODEL, TEST_DIMENSION, thread, SNAPSHOT_FROM)
  const query = () => drawnImages(7, 8)[0]?.embedding ?? new Float32Array(0)
  const answer = async (index: LibraryIndex) => {
    const { keys, scores } = await index.search(query(), 20)
    return { keys: [...keys], scores: [...scores] }
  }
  const snapshotFiles = () => fs.readdirSync(path.join(folder, 'index')).sort()

  it('answers the same from a snapshot, caught up with what came and went since', async () => {
    await fill(library, drawnImages(0, COUNT))
    const first = await open()
    expect(snapshotFiles()).toHaveLength(3)
    library.addImages(drawnImages(COUNT, COUNT + 70))
    await first.add(
      library.keysOfImages(Array.from({ length: 70 }, (_, at) => imageIdOf(COUNT + 1 + at))),
      new Float32Array(drawnImages(COUNT, COUNT + 70).flatMap((each) => [...each.embedding])),
    )
    expect(first.size).toBe(COUNT + 70)
    const before = await answer(first)
    // Not closed: as after a crash, the snapshot is older than the library.
    const second = await open()
    expect(second.size).toBe(COUNT + 70)
    expect(await answer(second)).toEqual(before)
    await second.close()
  })

  it('forgets deleted cases at once, in memory and on disk', async () => {
    await fill(library, drawnImages(0, COUNT))
    const index = await open()
    const nearest = (await index.search(query(), 1)).keys[0] ?? 0
    const [row] = library.vectorRows([nearest])
    const keys = library.keysOfImages([row?.imageId ?? ''])
    library.deleteCases([row?.row.caseId ?? ''])
    await index.remove(keys)
    expect(snapshotFiles()).toEqual([])
    expect((await index.search(query(), 1)).keys[0]).not.toBe(nearest)
    const reopened = await open()
    expect(await answer(reopened)).toEqual(await answer(index))
    await reopened.close()
  })

  it('never trusts a cut, flipped, exchanged or missing file: same answers from the database', async () => {
    await fill(library, drawnImages(0, COUNT))
    const truth = await answer(await open())
    const kept = snapshotFiles().map((name) => {
      const file = path.join(folder, 'index', name)
      return { file, bytes: fs.readFileSync(file) }
    })
    let state = 11
    const random = (below: number) => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) % below
    for (let mutation = 0; mutation < MUTATIONS; mutation += 1) {
      fs.rmSync(path.join(folder, 'index'), { recursive: true })
      fs.mkdirSync(path.join(folder, 'index'))
      for (const { file, bytes } of kept) fs.writeFileSync(file, bytes)
      const target = kept[random(kept.length)]
      if (!target) throw new Error('no snapshot')
      const bytes = Buffer.from(target.bytes)
      const kind = mutation % 5
      if (kind === 0) fs.rmSync(target.file)
      else if (kind === 1) fs.writeFileSync(target.file, bytes.subarray(0, random(bytes.length)))
      else if (kind === 2) {
        bytes.writeUInt8(bytes.readUInt8(0) ^ (1 + random(255)), 0)
        const place = random(bytes.length)
        bytes.writeUInt8(bytes.readUInt8(place) ^ (1 + random(255)), place)
        fs.writeFileSync(target.file, bytes)
      } else if (kind === 3) fs.writeFileSync(target.file, Buffer.concat([bytes, bytes]))
      else fs.writeFileSync(target.file, kept[random(kept.length)]?.bytes ?? '')
      const index = await open()
      expect(await answer(index)).toEqual(truth)
      await index.close()
    }
  })

  it('follows another writer when it only reads', async () => {
    library.addImages(drawnImages(0, 50))
    const reader = openLibrary(folder, { readOnly: true })
    const index = await LibraryIndex.open(reader, TEST_MODEL, TEST_DIMENSION, thread)
    library.addImages(drawnImages(50, 60))
    library.deleteCases(['case-0008'])
    const { keys } = await index.search(query(), 100)
    expect(keys).toHaveLength(59)
    await index.close()
    reader.close()
  })
})
