/** The manifest is general: a pack unlike the bundled one opens and answers by the manifest alone. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { VerifiedPack } from '../ports/models.js'
import { OnnxImageEncoder } from './imageEncoder.js'
import { verifyPack } from './modelPacks.js'
import { SIGLIP, writeSiglipPack } from './siglipFixture.js'
import { OnnxTextEncoder } from './textEncoder.js'

let dir: string
let pack: VerifiedPack
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hilum-siglip-'))
  pack = await verifyPack(await writeSiglipPack(dir))
})
afterAll(() => rm(dir, { recursive: true }))

const length = (vector: Float32Array): number => Math.hypot(...vector)
const cosine = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)

it('images of any size become unit vectors of the pack’s own length, with its own grid of patches', async () => {
  const image = await OnnxImageEncoder.open(pack, 1)
  const values = Uint16Array.from({ length: 70 * 30 }, (_, at) => (at * 977) % 65_536)
  const [tall] = await image.encode([{ rows: 70, columns: 30, values }], { patches: true })
  const [wide] = await image.encode([{ rows: 30, columns: 70, values }])
  expect(tall?.embedding.length).toBe(SIGLIP.dimension)
  expect(length(tall?.embedding as Float32Array)).toBeCloseTo(1, 5)
  expect(tall?.patches?.grid).toEqual([3, 3])
  expect(cosine(tall?.embedding as Float32Array, wide?.embedding as Float32Array)).toBeLessThan(0.99999)
  await image.close()
})

it('words go through its tokenizer, without a mask, in its template; a word with several prompts is their mean', async () => {
  const text = (await OnnxTextEncoder.open(pack)) as OnnxTextEncoder
  const plain = await text.encode('clear lungs')
  expect(plain.embedding.length).toBe(SIGLIP.dimension)
  expect(plain.abstain).toBe(false)
  const again = await text.encode('CLEAR LUNGS')
  expect(cosine(plain.embedding, again.embedding)).toBeCloseTo(1, 5)
  const word = await text.encode('Pneumonia')
  const template = await text.encode('pneumonia lungs')
  expect(cosine(word.embedding, template.embedding)).toBeLessThan(0.9999)
  await text.close()
})
