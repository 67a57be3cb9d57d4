/**
 * The pictures people look at and search with: opened queries and images of the library, decoded and encoded at
 * most once. Bounded by bytes: first decoded pixels go (the source can be decoded again), then whole queries.
 */
import { randomUUID } from 'node:crypto'
import type { ImageRef } from '@shared/domain/images.js'
import { HilumError } from '@shared/errors.js'
import type { Workspace } from '../ports/calls.js'
import type { Decoded, Decoder, DisplayImage, Item } from '../ports/decoding.js'
import type { ImageEmbedding, ImageEncoder } from '../ports/models.js'

/** Twenty 3k x 3k radiographs, or thousands of small ones. */
const PIXEL_BYTES = 400 * 1024 * 1024
/** Dropped bytes that queries keep, so that their frames and tags can be shown. */
const SOURCE_BYTES = 1024 * 1024 * 1024
const MOST_QUERIES = 20_000

export type Encoded = Required<Pick<ImageEmbedding, 'embedding' | 'patches'>>

/** One query or library image. `decoded` never holds pixels; `display` does, while there is room. */
export type Picture = {
  readonly key: string
  readonly item: Item
  /** The library image behind it, if it is one. */
  readonly imageId?: string
  /** The model's index key. The query of an own library image is left out of its hits. */
  decoded?: Decoded
  display?: DisplayImage
  decodeMilliseconds: number
  readonly encoded: Map<string, Encoded>
}

export class Pictures {
  readonly #decoder: Decoder
  readonly #workspace: Workspace
  /** In order of last use, oldest first. */
  readonly #pictures = new Map<string, Picture>()
  readonly #byItem = new WeakMap<Item, string>()

  constructor(decoder: Decoder, workspace: Workspace) {
    this.#decoder = decoder
    this.#workspace = workspace
  }

  /** Registers an opened file as a query and returns its id. */
  open(
    item: Item,
    decoded: Decoded | undefined,
    options: { milliseconds?: number; imageId?: string } = {},
  ): string {
    const queryId = `q-${randomUUID()}`
    const picture: Picture = {
      key: queryId,
      item,
      decodeMilliseconds: options.milliseconds ?? 0,
      encoded: new Map(),
      ...(options.imageId === undefined ? {} : { imageId: options.imageId }),
    }
    if (decoded !== undefined) keep(picture, decoded)
    this.#pictures.set(queryId, picture)
    this.#trim()
    return queryId
  }

  /** The query of an item that may have been opened before, without decoding it: for pages of many pictures. */
  openOnce(item: Item): string {
    const known = this.#byItem.get(item)
    if (known !== undefined && this.#pictures.has(known)) return known
    const queryId = this.open(item, undefined)
    this.#byItem.set(item, queryId)
    return queryId
  }

  /** @throws HilumError QUERY_GONE for a query pushed out, IMAGE_NOT_FOUND for an image no longer in the library */
  resolve(ref: ImageRef): Picture {
    const key = ref.kind === 'query' ? ref.queryId : `image:${ref.imageId}`
    const known = this.#pictures.get(key)
    if (known !== undefined) {
      this.#pictures.delete(key)
      this.#pictures.set(key, known)
      return known
    }
    if (ref.kind === 'query') throw new HilumError('QUERY_GONE')
    const picture: Picture = {
      key,
      item: this.#workspace.library.imageItem(ref.imageId),
      imageId: ref.imageId,
      decodeMilliseconds: 0,
      encoded: new Map(),
    }
    this.#pictures.set(key, picture)
    this.#trim()
    return picture
  }

  /** The picture's header facts, decoding it where they are not known yet. */
  async decoded(picture: Picture, signal?: AbortSignal): Promise<Decoded> {
    if (picture.decoded === undefined) await this.#decode(picture, signal)
    return picture.decoded as Decoded
  }

  /** Display grey of the first frame, by the pipeline's default window. */
  async display(picture: Picture, signal?: AbortSignal): Promise<DisplayImage> {
    return picture.display ?? (await this.#decode(picture, signal))
  }

  /** Embedding and patches under the model in use. `invert` swaps black and white first. */
  async encoded(picture: Picture, invert = false, signal?: AbortSignal): Promise<Encoded> {
    const encoder = this.#workspace.encoder
    const key = `${encoder.modelSha256}${invert ? ' inverted' : ''}`
    const known = picture.encoded.get(key)
    if (known !== undefined) return known
    const display = await this.display(picture, signal)
    const encoded = await encodeOne(encoder, invert ? inverted(display) : display)
    picture.encoded.set(key, encoded)
    return encoded
  }

  /** What the encoder itself looks at, 0..1 where the pack tells, otherwise undefined. */
  async seen(picture: Picture, signal?: AbortSignal): Promise<ImageEmbedding['seen']> {
    const [result] = await this.#workspace.encoder.encode([await this.display(picture, signal)], {
      seen: true,
    })
    return result?.seen
  }

  /** Lets go of library images: their ids mean something else in another library. */
  forgetLibrary(): void {
    for (const key of this.#pictures.keys()) if (key.startsWith('image:')) this.#pictures.delete(key)
  }

  async #decode(picture: Picture, signal: AbortSignal | undefined): Promise<DisplayImage> {
    const start = performance.now()
    const decoded = await this.#decoder.decode(picture.item, { display: true }, signal)
    picture.decodeMilliseconds = performance.now() - start
    const { display } = decoded
    if (display === undefined) throw new HilumError('DICOM_NO_PIXELS')
    keep(picture, decoded)
    this.#trim()
    return display
  }

  #trim(): void {
    let pixels = 0
    let sources = 0
    let count = 0
    for (const picture of [...this.#pictures.values()].reverse()) {
      pixels += picture.display?.values.byteLength ?? 0
      // The newest keeps its pixels however large it is: it is about to be searched.
      if (pixels > PIXEL_BYTES && count > 0) delete picture.display
      sources += sourceBytes(picture.item)
      if (++count > MOST_QUERIES || (sources > SOURCE_BYTES && count > 1)) this.#pictures.delete(picture.key)
    }
  }
}

/** @throws HilumError MODEL_FAILED */
export async function encodeOne(encoder: ImageEncoder, image: DisplayImage): Promise<Encoded> {
  const [result] = await encoder.encode([image], { patches: true })
  if (result?.patches === undefined) throw new HilumError('MODEL_FAILED')
  return { embedding: result.embedding, patches: result.patches }
}

/** White for black. */
export function inverted(image: DisplayImage): DisplayImage {
  return { ...image, values: image.values.map((value) => 65535 - value) }
}

function keep(picture: Picture, decoded: Decoded): void {
  const { display, ...rest } = decoded
  picture.decoded = rest
  if (display !== undefined) picture.display = display
}

function sourceBytes({ locator }: Item): number {
  if (locator.kind === 'file') return 0
  if (locator.kind === 'bytes') return locator.bytes.byteLength
  // Entries of one archive share its bytes; counting them once each errs on the safe side only for archives in memory.
  return 'bytes' in locator.archive ? locator.archive.bytes.byteLength : 0
}
