/** Small libraries for tests: pictures drawn from a seed, embeddings computed from their pixels. */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { ItemLabels } from '../../src/engine/ports/decoding.js'
import type { NewImage } from '../../src/engine/ports/library.js'
import { sha256Of } from '../../src/engine/store/objects.js'
import type { SqliteLibrary } from '../../src/engine/store/sqliteLibrary.js'

export const TEST_MODEL = 'test-mean-pool'
export const TEST_DIMENSION = 16
const SIDE = 16

/** A fresh folder; the caller removes it. */
export function temporaryFolder(name = 'hilum-test'): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), `${name}-`))
}

/** Pixels of picture `seed`, 0..65535: the same seed draws the same picture. */
export function drawnPixels(seed: number): Uint16Array {
  let state = (seed * 2654435761 + 12345) >>> 0
  return Uint16Array.from({ length: SIDE * SIDE }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 16
  })
}

/** Unit-length means of the picture's 4 x 4 blocks around their common mean. */
export function meanPoolEmbedding(pixels: Uint16Array): Float32Array {
  const sums = new Float32Array(TEST_DIMENSION)
  pixels.forEach((value, at) => {
    const block = Math.floor(at / SIDE / 4) * 4 + Math.floor((at % SIDE) / 4)
    sums[block] = (sums[block] ?? 0) + value / 65535 - 0.5
  })
  const length = Math.hypot(...sums)
  return sums.map((value) => value / length)
}

export type DrawnOptions = {
  findings?: readonly string[]
  labels?: ItemLabels
  study?: NewImage['decoded']['study']
  view?: NewImage['decoded']['view']
  notes?: string
  source?: string
  preview?: boolean
  synthetic?: boolean
}

/** Picture `seed` as an image ready for the library. */
export function drawnImage(seed: number, options: DrawnOptions = {}): NewImage {
  const pixels = drawnPixels(seed)
  const original = new Uint8Array(Buffer.concat([Buffer.from(`drawn ${seed}\n`), Buffer.from(pixels.buffer)]))
  const file = `drawn/${seed}.png`
  return {
    decoded: {
      name: file,
      facts: {
        file,
        kind: 'png',
        rows: SIDE,
        columns: SIDE,
        frames: 1,
        bitsStored: 16,
        photometric: 'MONOCHROME2',
        bytes: original.byteLength,
        sha256: sha256Of(original),
        synthetic: options.synthetic ?? true,
        warnings: [],
      },
      study: options.study ?? {},
      view: options.view ?? 'frontal',
      cautions: [],
      pixelSha256: sha256Of(new Uint8Array(pixels.buffer)),
      ...(options.notes === undefined ? {} : { notes: options.notes }),
    },
    original,
    findings: options.findings ?? [],
    ...(options.labels === undefined ? {} : { labels: options.labels }),
    ...(options.source === undefined ? {} : { sourceName: options.source }),
    ...(options.preview === true
      ? { preview: { mime: 'image/png' as const, bytes: original.slice(0, 64), rows: SIDE, columns: SIDE } }
      : {}),
    embedding: meanPoolEmbedding(pixels),
    modelId: TEST_MODEL,
  }
}

/** Pictures `from` to `to - 1`. */
export function drawnImages(from: number, to: number, options: DrawnOptions = {}): NewImage[] {
  return Array.from({ length: to - from }, (_, at) => drawnImage(from + at, options))
}

/** Adds pictures as an import does: originals made durable together, then one commit. */
export async function fill(library: SqliteLibrary, images: readonly NewImage[]): Promise<void> {
  const staged = await library.stageOriginals(images.map(({ original }) => original))
  library.addImages(images)
  staged.done()
}
