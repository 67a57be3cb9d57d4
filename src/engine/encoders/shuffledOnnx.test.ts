import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { listPackFolders } from './modelPacks.js'
import { shuffledOnnx } from './shuffledOnnx.js'

it('permutes the weights of the project’s own model and leaves everything else as it is', async () => {
  const [folder] = await listPackFolders([resolve(__dirname, '../../../resources/models')])
  // A Buffer, as the pack's files are: its `slice` would be a view, and the model in use shuffled with the copy.
  const bytes: Uint8Array = readFileSync(join(folder as string, 'image.onnx'))
  const before = new Uint8Array(bytes)
  let state = 1
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const shuffled = shuffledOnnx(bytes, next)
  expect(Buffer.compare(bytes, before)).toBe(0)
  expect(shuffled.tensors).toBeGreaterThan(3)
  expect(shuffled.bytes.length).toBe(bytes.length)
  const changed = bytes.reduce((sum, byte, i) => sum + Number(byte !== shuffled.bytes[i]), 0)
  expect(changed / bytes.length).toBeGreaterThan(0.5)
  const counts = (all: Uint8Array) =>
    all.reduce((sums, byte) => ((sums[byte] as number)++, sums), new Array<number>(256).fill(0))
  expect(counts(shuffled.bytes)).toEqual(counts(bytes))
})
