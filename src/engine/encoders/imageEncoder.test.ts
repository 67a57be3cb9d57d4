import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleEntries } from '../../../tests/support/entries.js'
import type { DisplayImage } from '../ports/decoding.js'
import type { Patches } from '../ports/models.js'
import { sharesOf } from '../services/explaining/contributions.js'
import { unit } from '../vectors.js'
import { OnnxImageEncoder } from './imageEncoder.js'
import { listPackFolders, verifyPack } from './modelPacks.js'

const models = resolve(__dirname, '../../../resources/models')
let encoder: OnnxImageEncoder
let copy: string

function drawn(rows: number, columns: number, seed: number): DisplayImage {
  const values = new Uint16Array(rows * columns)
  let state = seed + 1
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values[i] = 20_000 + 15_000 * Math.sin(((i % columns) / columns) * 6 + seed) + (state >>> 20)
  }
  return { rows, columns, values }
}

function dot(a: Float32Array, b: Float32Array, at = 0): number {
  let sum = 0
  for (let i = 0; i < b.length; i++) sum += (a[at + i] as number) * (b[i] as number)
  return sum
}

beforeAll(async () => {
  // A copy: the pack in the tree may be exchanged while the tests run.
  copy = await mkdtemp(join(tmpdir(), 'hilum-pack-'))
  const [folder] = await listPackFolders([models])
  await cp(folder as string, join(copy, 'hilum-cxr-1'), { recursive: true })
  encoder = await OnnxImageEncoder.open(await verifyPack(join(copy, 'hilum-cxr-1')), 1)
})
afterAll(async () => {
  await encoder.close()
  await rm(copy, { recursive: true })
})

describe('the image encoder', () => {
  it('gives unit embeddings for mixed sizes, in the order asked', async () => {
    const images = [drawn(28, 28, 1), drawn(224, 180, 2), drawn(28, 28, 3), drawn(97, 301, 4)]
    const together = await encoder.encode(images)
    for (const [i, image] of images.entries()) {
      const [alone] = await encoder.encode([image])
      expect(together[i]?.embedding.length).toBe(encoder.dimension)
      expect(dot(together[i]?.embedding as Float32Array, alone?.embedding as Float32Array)).toBeCloseTo(1, 4)
    }
  })

  it('adds up: the patches’ shares sum to the cosine within 1e-4 on 1,000 pairs', async () => {
    const images = Array.from({ length: 46 }, (_, i) => drawn(28 + (i % 5) * 9, 28 + (i % 3) * 17, i))
    const encoded = await encoder.encode(images, { patches: true })
    let pairs = 0
    let worst = 0
    for (const [i, query] of encoded.entries()) {
      for (const other of encoded.slice(i + 1)) {
        const shares = sharesOf(query.patches as Patches, other.embedding)
        const sum = shares.reduce((total, share) => total + share, 0)
        worst = Math.max(worst, Math.abs(sum - dot(query.embedding, other.embedding)))
        pairs++
      }
    }
    expect(pairs).toBeGreaterThanOrEqual(1000)
    expect(worst).toBeLessThanOrEqual(1e-4)
  })

  it('returns what the encoder sees when asked', async () => {
    const [result] = await encoder.encode([drawn(60, 50, 9)], { seen: true })
    expect(result?.seen?.values.length).toBe((result?.seen?.rows ?? 0) * (result?.seen?.columns ?? 0))
    expect(result?.patches).toBeUndefined()
  })

  it('encodes many images on lanes to the same embeddings, in the order asked', async () => {
    const folder = await bundleEntries({ encoderLane: 'src/engine/encoders/encoderLane.ts' })
    const pack = await verifyPack(join(copy, 'hilum-cxr-1'))
    const onLanes = await OnnxImageEncoder.open(pack, 1, join(folder, 'encoderLane.cjs'))
    try {
      const images = Array.from({ length: 60 }, (_, i) => drawn(28, i % 2 === 0 ? 28 : 40, i))
      const many = await onLanes.encode(images)
      const few = await encoder.encode(images)
      for (const [i, { embedding }] of many.entries())
        expect(dot(embedding, few[i]?.embedding as Float32Array)).toBeCloseTo(1, 5)
    } finally {
      await onLanes.close()
    }
  })

  it('goes on without lanes that cannot start', async () => {
    const pack = await verifyPack(join(copy, 'hilum-cxr-1'))
    const without = await OnnxImageEncoder.open(pack, 1, join(copy, 'missing.cjs'))
    try {
      const images = Array.from({ length: 30 }, (_, i) => drawn(28, 28, i))
      await expect(without.encode(images)).rejects.toMatchObject({ code: 'MODEL_FAILED' })
      expect(await without.encode(images)).toHaveLength(30)
    } finally {
      await without.close()
    }
  })

  it('refuses a vector without direction', () => {
    expect(() => unit(new Float32Array(4))).toThrow(/no usable answer/)
  })
})
