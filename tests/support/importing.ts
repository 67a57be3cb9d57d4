/** The import's ports over drawn pictures: a lister, a decoder and an encoder without processes or models. */
import * as fs from 'node:fs'
import { HilumError, problem } from '@shared/errors.js'
import type { Decoded, Decoder, Item, SourceLister } from '../../src/engine/ports/decoding.js'
import type { ImageEncoder } from '../../src/engine/ports/models.js'
import { drawnImage, drawnPixels, meanPoolEmbedding, TEST_DIMENSION, TEST_MODEL } from './library.js'

const SIDE = 16

/** Lists the sources' paths: `drawn:3`, `drawn:3=NORMAL` (labelled), `bad:x` (does not decode), `gone:x` (failure while listing). */
export const drawnLister: SourceLister = {
  async *list(sources, { signal }) {
    for (const source of sources) {
      if (signal?.aborted === true) throw new HilumError('CANCELLED')
      const name = source.kind === 'path' ? source.path : source.name
      if (name.startsWith('gone:')) yield { failure: { file: name, problem: problem('FILE_NOT_FOUND') } }
      else {
        const finding = name.split('=')[1]
        const item: Item = { name, locator: { kind: 'file', path: name } }
        yield { item: finding === undefined ? item : { ...item, findings: [finding] } }
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
  },
}

/** Draws the picture an item names. */
export class DrawingDecoder implements Decoder {
  decode(item: Item): Promise<Decoded> {
    const seed = /^drawn:(\d+)/.exec(item.name)?.[1] ?? /drawn (\d+)/.exec(textOf(item))?.[1]
    if (seed === undefined) return Promise.reject(new HilumError('IMAGE_CORRUPT'))
    const { decoded, original } = drawnImage(Number(seed))
    const display = { rows: SIDE, columns: SIDE, values: drawnPixels(Number(seed)) }
    return Promise.resolve({ ...decoded, name: item.name, display, original })
  }
  decodeNpz(): Promise<never> {
    return Promise.reject(new HilumError('NPZ_INVALID'))
  }
  frame(): Promise<never> {
    return Promise.reject(new HilumError('IMAGE_CORRUPT'))
  }
  tags() {
    return Promise.resolve([])
  }
  describe(): Promise<never> {
    return Promise.reject(new HilumError('IMAGE_CORRUPT'))
  }
  close() {
    return Promise.resolve()
  }
}

/** Originals in the library begin with `drawn N`. */
function textOf(item: Item): string {
  const { locator } = item
  return locator.kind === 'file' && !locator.path.includes(':') ? readHead(locator.path) : ''
}

function readHead(file: string): string {
  return fs.readFileSync(file).toString('latin1', 0, 40)
}

/** Mean of 4 x 4 blocks: real vectors, no model. */
export class MeanPoolEncoder implements ImageEncoder {
  readonly modelId = TEST_MODEL
  readonly modelSha256: string
  readonly dimension = TEST_DIMENSION
  readonly grid = [4, 4] as const
  readonly receptiveField = 0.25
  readonly provider = { name: 'none', threads: 1 }
  constructor(modelSha256 = 'a'.repeat(64)) {
    this.modelSha256 = modelSha256
  }
  encode(images: readonly { values: Uint16Array }[]) {
    return Promise.resolve(images.map((image) => ({ embedding: meanPoolEmbedding(image.values) })))
  }
}
