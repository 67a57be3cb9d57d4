/** The choice over a runtime that has hardware this computer lacks: trials and encoders are stood in for, files are real. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HilumError } from '@shared/errors.js'
import type { Closing, ImageEncoder, ModelPacks, VerifiedPack } from '../../ports/models.js'
import type { Processes, Trial } from '../../ports/processes.js'
import { SettingsFile } from '../../settingsFile.js'
import { Models } from '../models.js'
import { ProviderChoice } from './providerChoice.js'

let dir: string
let trials: Record<string, Trial>
let broken: boolean
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hilum-providers-'))
  broken = false
  trials = {
    cpu: { available: true, reason: 'works', milliseconds: 20, embedding: [0.6, 0.8] },
    cuda: { available: true, reason: 'works', milliseconds: 2, embedding: [0.6, 0.8] },
    webgpu: { available: true, reason: 'works', milliseconds: 1, embedding: [0.8, 0.6] },
  }
})
afterEach(() => rmSync(dir, { recursive: true }))

const pack = {
  folder: '/packs/tiny',
  sha256: 'a'.repeat(64),
  manifest: { id: 'tiny' },
} as unknown as VerifiedPack

function encoderOn(name: string): Closing<ImageEncoder> {
  return {
    modelId: 'tiny',
    modelSha256: pack.sha256,
    dimension: 2,
    grid: [1, 1],
    receptiveField: 1,
    provider: { name, threads: 1 },
    encode: (images) =>
      name !== 'cpu' && broken
        ? Promise.reject(new HilumError('MODEL_FAILED', undefined, { detail: 'the device was lost' }))
        : Promise.resolve(images.map(() => ({ embedding: Float32Array.of(0.6, 0.8) }))),
    close: () => Promise.resolve(),
  }
}

const packs = {
  folders: () => Promise.resolve([pack.folder]),
  verify: () => Promise.resolve(pack),
  providers: () => Promise.resolve(['cpu', 'cuda', 'webgpu']),
  openImage: () => Promise.resolve({ encoder: encoderOn('cpu'), measured: false }),
  openImageOn: (_: VerifiedPack, name: string) => Promise.resolve(encoderOn(name)),
  openText: () => Promise.resolve(undefined),
} as unknown as ModelPacks

/** Answers as a probe would; a provider without a trial takes its process down. */
const processes: Processes = {
  start() {
    let hear: (message: unknown) => void = () => undefined
    let ended: (reason: string) => void = () => undefined
    return {
      pid: 1,
      send(message) {
        const trial = trials[(message as { provider: string }).provider]
        queueMicrotask(() => (trial === undefined ? ended('SIGSEGV') : hear(trial)))
      },
      onMessage: (listener) => void (hear = listener),
      onExit: (listener) => void (ended = listener),
      kill: () => undefined,
    }
  },
}

async function engine() {
  const settings = new SettingsFile(join(dir, 'settings.json'))
  const machine = new SettingsFile(join(dir, 'machine.json'))
  const models = new Models(packs, settings, machine)
  await models.start()
  const told: (string | undefined)[] = []
  const choice: ProviderChoice = new ProviderChoice({
    models,
    packs,
    processes,
    settings,
    machine,
    exclusively: (work) => work(),
    tell: () => told.push(choice.note),
  })
  return { models, choice, settings, machine, told }
}
const call = { signal: new AbortController().signal, progress: () => undefined }
const image = { rows: 1, columns: 1, values: Uint16Array.of(1) }

describe('the hardware', () => {
  it('is the fastest that agrees with the processor, measured once and remembered', async () => {
    const first = await engine()
    await first.choice.start(true)
    expect(first.models.current.image.provider.name).toBe('cuda')
    trials = {}
    const second = await engine()
    await second.choice.start(true)
    expect(second.models.current.image.provider.name).toBe('cuda')
  })

  it('is not measured by a host that does not stay', async () => {
    const { choice, models } = await engine()
    await choice.start(false)
    expect(models.current.image.provider.name).toBe('cpu')
  })

  it('stays the processor where nothing is clearly faster', async () => {
    trials['cuda'] = { ...(trials['cuda'] as Trial), milliseconds: 19 }
    const { choice, models } = await engine()
    await choice.start(true)
    expect(models.current.image.provider.name).toBe('cpu')
  })

  it('is reported for every provider with the reason, also one that takes its process down', async () => {
    const { choice } = await engine()
    delete trials['cuda']
    const rows = await choice.report()
    expect(rows.map(({ name, available }) => [name, available])).toEqual([
      ['cpu', true],
      ['cuda', false],
      ['tensorrt', false],
      ['webgpu', false],
      ['dml', false],
      ['coreml', false],
    ])
    expect(rows[1]?.reason).toMatch(/ended the process \(SIGSEGV\)/)
    expect(rows[3]?.reason).toMatch(/not the processor's/)
    expect(rows[4]?.reason).toMatch(/does not have it on this system/)
  })

  it('can be chosen, and one that cannot be used is refused with the reason', async () => {
    const { choice, models, settings } = await engine()
    await choice.start(true)
    expect(await choice.choose({ name: 'cpu' }, call)).toEqual({ name: 'cpu', threads: 1 })
    expect(settings.get('provider')).toBe('cpu')
    await expect(choice.choose({ name: 'webgpu' }, call)).rejects.toThrow(/WebGPU cannot be used/)
    expect(models.current.image.provider.name).toBe('cpu')
    expect((await choice.choose({ name: 'auto' }, call)).name).toBe('cuda')
    expect(settings.get('provider')).toBeUndefined()
  })

  it('that fails while encoding is replaced by the processor, which is said', async () => {
    const { choice, models, told } = await engine()
    await choice.start(true)
    broken = true
    const [encoded] = await models.current.image.encode([image])
    expect(encoded?.embedding).toEqual(Float32Array.of(0.6, 0.8))
    expect(choice.inUse().name).toBe('cpu')
    expect(choice.inUse().note).toMatch(/CUDA stopped working.*the device was lost/)
    expect(told.at(-1)).toMatch(/CUDA stopped working/)
  })

  it('that ended the engine when it was opened is not opened again, which is said', async () => {
    const before = await engine()
    await before.choice.start(true)
    before.machine.set('provider being opened', 'cuda')
    const after = await engine()
    await after.choice.start(true)
    expect(after.models.current.image.provider.name).toBe('cpu')
    expect(after.choice.inUse().note).toMatch(/CUDA ended the search engine/)
    const later = await engine()
    await later.choice.start(true)
    expect(later.models.current.image.provider.name).toBe('cpu')
  })
})
