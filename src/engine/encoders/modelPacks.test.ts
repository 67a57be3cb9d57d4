import { appendFile, mkdtemp, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HilumError } from '@shared/errors.js'
import { Models } from '../services/models.js'
import { SettingsFile } from '../settingsFile.js'
import { OnnxImageEncoder } from './imageEncoder.js'
import { verifyPack } from './modelPacks.js'
import { onnxPacks } from './onnxPacks.js'
import { tinyOnnx, writeTinyPack } from './packFixture.js'
import { OnnxTextEncoder } from './textEncoder.js'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hilum-packs-'))
})
afterEach(async () => {
  await rm(dir, { recursive: true })
})

async function opened(folder: string): Promise<OnnxImageEncoder> {
  const pack = await verifyPack(folder)
  const encoder = await OnnxImageEncoder.open(pack, 1)
  await OnnxTextEncoder.open(pack)
  return encoder
}

const image = (manifest: Record<string, unknown>): Record<string, unknown> =>
  (manifest['towers'] as { image: Record<string, unknown> }).image
const textTower = {
  file: 'image.onnx',
  tokenizer: 'tokenizer.json',
  maxTokens: 8,
  inputs: { ids: 'ids', mask: 'mask' },
  outputs: { embedding: 'embedding' },
}

/** Each makes the pack in `dir` hostile or broken in one way; the pattern is part of the reason given. */
const HOSTILE: [string, RegExp, (dir: string) => Promise<string>][] = [
  [
    'a byte of the weights changed',
    /not the file its manifest names/,
    async (at) => {
      const folder = await writeTinyPack(at, 'bad')
      await appendFile(join(folder, 'image.onnx'), 'x')
      return folder
    },
  ],
  [
    'a file missing',
    /missing or is a link/,
    async (at) => {
      const folder = await writeTinyPack(at, 'bad')
      await unlink(join(folder, 'image.onnx'))
      return folder
    },
  ],
  [
    'a file that is a link to elsewhere',
    /missing or is a link/,
    async (at) => {
      const folder = await writeTinyPack(at, 'bad')
      await rename(join(folder, 'image.onnx'), join(at, 'elsewhere.onnx'))
      await symlink(join(at, 'elsewhere.onnx'), join(folder, 'image.onnx'))
      return folder
    },
  ],
  [
    'a pack folder that is a link',
    /no folder/,
    async (at) => {
      await writeTinyPack(at, 'real')
      await symlink(join(at, 'real'), join(at, 'bad'))
      return join(at, 'bad')
    },
  ],
  [
    'a file name that leaves the pack',
    /plain file name/,
    (at) => writeTinyPack(at, 'bad', { spoil: (manifest) => (image(manifest)['file'] = '../image.onnx') }),
  ],
  [
    'a tower whose file has no hash',
    /names no hash/,
    (at) => writeTinyPack(at, 'bad', { spoil: (manifest) => (manifest['files'] = {}) }),
  ],
  [
    'weights kept in another file',
    /another file/,
    (at) => writeTinyPack(at, 'bad', { graph: tinyOnnx({ external: true }) }),
  ],
  [
    'an unknown operator',
    /cannot be opened/,
    (at) => writeTinyPack(at, 'bad', { graph: tinyOnnx({ operator: 'Exec' }) }),
  ],
  [
    'operators of a foreign domain',
    /needs operators of "evil.example"/,
    (at) => writeTinyPack(at, 'bad', { graph: tinyOnnx({ domain: 'evil.example' }) }),
  ],
  [
    'answers that are no numbers',
    /no usable answer/,
    (at) => writeTinyPack(at, 'bad', { graph: tinyOnnx({ weights: [NaN, 1] }) }),
  ],
  [
    'another dimension than the manifest says',
    /no usable answer/,
    (at) => writeTinyPack(at, 'bad', { spoil: (manifest) => (manifest['dimension'] = 64) }),
  ],
  [
    'an embedding that is not the mean of its patches',
    /no usable answer/,
    (at) => writeTinyPack(at, 'bad', { graph: tinyOnnx({ notAdditive: true }) }),
  ],
  [
    'outputs that are not there',
    /lacks its inputs or outputs/,
    (at) =>
      writeTinyPack(at, 'bad', {
        spoil: (manifest) => (image(manifest)['outputs'] = { patches: 'nothing', embedding: 'embedding' }),
      }),
  ],
  [
    'weights that are no ONNX',
    /no ONNX model|ends early/,
    (at) => writeTinyPack(at, 'bad', { graph: new TextEncoder().encode('#!/bin/sh\nexit 1\n') }),
  ],
  [
    'weights cut short',
    /not the file its manifest names/,
    async (at) => {
      const folder = await writeTinyPack(at, 'bad')
      await truncate(join(folder, 'image.onnx'), 40)
      return folder
    },
  ],
  [
    'a manifest that is no JSON',
    /no JSON/,
    async (at) => {
      const folder = await writeTinyPack(at, 'bad')
      await writeFile(join(folder, 'model.json'), '{"schema": 1,')
      return folder
    },
  ],
  [
    'an id that is not its folder’s name',
    /not its folder's name/,
    (at) => writeTinyPack(at, 'bad', { spoil: (manifest) => (manifest['id'] = 'hilum-cxr-1') }),
  ],
  [
    'a tokenizer that is none',
    /tokenizer.json cannot be used/,
    (at) =>
      writeTinyPack(at, 'bad', {
        files: { 'tokenizer.json': new TextEncoder().encode('null') },
        spoil: (manifest) => (manifest['towers'] = { ...(manifest['towers'] as object), text: textTower }),
      }),
  ],
]

describe('a model pack', () => {
  it('opens when every file is what its manifest says', async () => {
    const encoder = await opened(await writeTinyPack(dir, 'good'))
    const [result] = await encoder.encode([{ rows: 3, columns: 5, values: new Uint16Array(15).fill(30_000) }])
    expect([...(result?.embedding ?? [])].map((value) => Number(value.toFixed(4)))).toEqual([0.6, 0.8])
    await encoder.close()
  })

  it.each(HOSTILE)('is refused: %s', async (_, reason, make) => {
    const folder = await make(dir)
    const refusal = await opened(folder).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(refusal).toBeInstanceOf(HilumError)
    expect((refusal as HilumError).code).toBe('MODEL_INVALID')
    expect((refusal as HilumError).message).toMatch(reason)
  })

  it('that is refused leaves the model in use as it was, and the list says why', async () => {
    await writeTinyPack(dir, 'good')
    const settings = new SettingsFile(join(dir, 'settings.json'))
    const models = new Models(onnxPacks([dir]), settings, new SettingsFile(join(dir, 'machine.json')))
    await models.start()
    const bad = await writeTinyPack(dir, 'bad', { graph: tinyOnnx({ weights: [NaN, 1] }) })
    await expect(models.open(bad)).rejects.toThrow(/no usable answer/)
    await appendFile(join(bad, 'image.onnx'), 'x')

    expect(models.current.pack.manifest.id).toBe('good')
    const { models: rows } = await models.list(
      {},
      { signal: new AbortController().signal, progress: () => undefined },
    )
    expect(rows.map(({ id, ok, inUse }) => ({ id, ok, inUse }))).toEqual([
      { id: 'bad', ok: false, inUse: false },
      { id: 'good', ok: true, inUse: true },
    ])
    expect(rows[0]?.reason).toMatch(/not the file its manifest names/)
    await models.close()
  })

  it('named by the settings is preferred to the first that works', async () => {
    await writeTinyPack(dir, 'alpha')
    await writeTinyPack(dir, 'beta', { graph: tinyOnnx({ weights: [1, 0] }) })
    const settings = new SettingsFile(join(dir, 'settings.json'))
    settings.set('model', 'beta')
    const models = new Models(onnxPacks([dir]), settings, new SettingsFile(join(dir, 'machine.json')))
    await models.start()
    expect(models.current.image.modelId).toBe('beta')
    await models.close()
  })
})
