/** Whether everything Hilum needs works on this machine, tried out rather than looked up. */
import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Doctor } from '@shared/domain/installation.js'
import { problemOf } from '@shared/errors.js'
import type { Handler, Workspace } from '../ports/calls.js'
import type { Decoder } from '../ports/decoding.js'
import type { MemoryIndex } from './evaluation/sets.js'
import type { Models } from './models.js'

export type DoctorParts = {
  version: string
  userData: string
  workspace: Workspace
  models: Models
  decoder: Decoder
  /** Every execution provider, tried now. */
  providers: () => Promise<Doctor['providers']>
  memoryIndex: MemoryIndex
  /** Versions of the native parts, where they can be told. */
  versions: { sqlite: () => string; faiss: string; onnxruntime: string }
}
type Check = Doctor['checks'][number]

export function doctorService(parts: DoctorParts): Handler<'engine.doctor'> {
  return async () => {
    const checks = [
      await tried('user data', () => writable(parts.userData)),
      await tried('database', async () => `SQLite ${parts.versions.sqlite()} with full-text search`),
      await tried('index', () => ranks(parts.memoryIndex)),
      await tried('model', () => encodes(parts.models)),
      await tried('decoder', () => decodes(parts.decoder)),
      ...(parts.workspace.hasLibrary ? [await tried('library', async () => opened(parts.workspace))] : []),
    ]
    const inUse = parts.models.isOpen ? parts.models.current : undefined
    const electron = process.versions['electron']
    return {
      ok: checks.every(({ ok }) => ok),
      versions: {
        hilum: parts.version,
        node: process.versions.node,
        ...(electron === undefined ? {} : { electron }),
        sqlite: checks[1]?.ok === true ? parts.versions.sqlite() : 'not available',
        faiss: parts.versions.faiss,
        onnxruntime: parts.versions.onnxruntime,
      },
      ...(inUse === undefined
        ? {}
        : {
            encoder: {
              id: inUse.pack.manifest.id,
              sha256: inUse.pack.sha256,
              provider: inUse.image.provider.name,
            },
          }),
      providers: await parts.providers(),
      checks,
    }
  }
}

async function tried(name: string, trial: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await trial() }
  } catch (error) {
    const { message, detail } = problemOf(error)
    return { name, ok: false, detail: detail === undefined ? message : `${message} ${detail}` }
  }
}

async function writable(userData: string): Promise<string> {
  const file = join(userData, `.trial-${randomUUID()}`)
  await mkdir(userData, { recursive: true, mode: 0o700 })
  await writeFile(file, 'trial', { flush: true })
  await rm(file)
  return `${userData} can be written`
}

async function ranks(memoryIndex: MemoryIndex): Promise<string> {
  const index = await memoryIndex(2)
  try {
    await index.add([7, 8], Float32Array.of(1, 0, 0, 1))
    const { keys } = await index.search(Float32Array.of(0, 1), 1)
    if (keys[0] !== 8) throw new Error('FAISS ranks wrongly')
    return `FAISS ranks (${index.kind})`
  } finally {
    await index.close()
  }
}

async function encodes(models: Models): Promise<string> {
  const { image, pack } = models.current
  const values = Uint16Array.from({ length: 64 * 64 }, (_, i) => (i * 16) % 65_536)
  const start = performance.now()
  await image.encode([{ rows: 64, columns: 64, values }])
  return `${pack.manifest.id} encodes an image in ${(performance.now() - start).toFixed(1)} ms`
}

/** A small grey picture that goes the whole way through the decode process. */
async function decodes(decoder: Decoder): Promise<string> {
  const grey = Uint8Array.from({ length: 16 * 16 }, (_, i) => i)
  const file = await sharp(grey, { raw: { width: 16, height: 16, channels: 1 } })
    .png()
    .toBuffer()
  const bytes = new Uint8Array(file)
  const { display } = await decoder.decode(
    { name: 'trial.png', locator: { kind: 'bytes', bytes } },
    { display: true },
  )
  if (display?.rows !== 16) throw new Error('the decode process answers wrongly')
  return 'the decode process starts and answers'
}

function opened({ library, index }: Workspace): string {
  const { cases, indexVectors } = library.info()
  if (index.size !== indexVectors) throw new Error(`${index.size} of ${indexVectors} images are in the index`)
  return `${cases} cases, ${index.size} images in the index`
}
