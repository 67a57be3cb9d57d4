import { expect, it } from 'vitest'
import { rmSync } from 'node:fs'
import { temporaryFolder } from '../../../../tests/support/library.js'
import type { VerifiedPack } from '../../ports/models.js'
import { TrainingImages } from '../trainingImages.js'
import type { EmbeddedSet } from './embeddedSet.js'
import { EmbeddingCache, cacheKey } from './embeddingCache.js'
import { familiar } from './sets.js'

const hash = (digit: string) => digit.repeat(16)
const set = (...contents: string[][]): EmbeddedSet => ({
  members: contents.map((content, at) => ({ name: `${at}`, findings: ['A'], content })),
  vectors: new Float32Array(0),
  failures: [],
})
const taught = (...hashes: string[]) =>
  TrainingImages.of({
    manifest: { training: { images: 'seen.json' } } as unknown as VerifiedPack['manifest'],
    files: new Map([['seen.json', Buffer.from(JSON.stringify({ images: hashes }))]]),
  })

it('counts queries that the model was trained on, by file or by pixels, and those that lie in the gallery', () => {
  const queries = set([hash('a'), hash('b')], [hash('c')], [hash('d')])
  expect(familiar(queries, set([hash('e'), hash('c')]), taught(hash('b'), hash('d')))).toEqual({
    taught: 2,
    inGallery: 1,
  })
})

it('says nothing where there is nothing to say, nor of a set against itself', () => {
  const queries = set([hash('a')])
  expect(familiar(queries, set([hash('b')]), taught())).toEqual({})
  expect(familiar(queries, queries, taught())).toEqual({})
})

it('keeps what an image is beside its vector', async () => {
  const folder = temporaryFolder()
  try {
    const cache = await EmbeddingCache.open(folder, hash('1'), 2)
    cache.set(cacheKey('both'), { vector: Float32Array.of(1, 2), content: [hash('a'), hash('b')] })
    cache.set(cacheKey('one'), { vector: Float32Array.of(3, 4), content: [hash('c')] })
    await cache.save()
    const again = await EmbeddingCache.open(folder, hash('1'), 2)
    expect(again.get(cacheKey('both'))).toEqual({
      vector: Float32Array.of(1, 2),
      content: [hash('a'), hash('b')],
    })
    expect(again.get(cacheKey('one'))?.content).toEqual([hash('c')])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
