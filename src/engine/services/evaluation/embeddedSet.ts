/** A labelled set of images as vectors, from whatever was named: NPZ split, folder, ZIP, or the open library. */
import { createHash } from 'node:crypto'
import type { Failure, Source } from '@shared/domain/images.js'
import { problemOf } from '@shared/errors.js'
import type { CallContext } from '../../ports/calls.js'
import type { Decoder, DisplayImage, Item, SourceLister } from '../../ports/decoding.js'
import type { Library } from '../../ports/library.js'
import type { ImageEncoder } from '../../ports/models.js'
import { failureOf } from '../query.js'
import { isAside } from '../searching/filters.js'
import { fileHash } from '../sourceBytes.js'
import { degraded, type Degradation } from './degrade.js'
import { cacheKey, type EmbeddingCache, type Kept } from './embeddingCache.js'
import { patientOf } from '../patientOf.js'

export type Member = {
  name: string
  findings: readonly string[]
  patient?: string
  /** Present for members of the library. */
  imageId?: string
  caseId?: string
  /** Present for members of a source, so that the picture can be shown. */
  item?: Item
  /** What it is, wherever it lies: first 16 hex digits of the hashes of its file and of its stored samples. */
  content: readonly string[]
}
/**
 * `vectors` is members.length * dimension, unit rows. `aside`: labelled images of the library that are no frontal chest: they are
 * neither asked nor found, as in a search.
 */
export type EmbeddedSet = { members: Member[]; vectors: Float32Array; failures: Failure[]; aside?: number }

type Tools = {
  lister: SourceLister
  decoder: Decoder
  encoder: ImageEncoder
  cache: EmbeddingCache
}
type Progress = (done: number, total: number, item: string) => void

/** Images in work at a time: enough to keep the decoder busy while the encoder runs. */
const CHUNK = 32

/** Unlabelled images are left out: they can be neither right nor wrong. */
export async function embedSource(
  source: Source,
  tools: Tools,
  options: { classes?: readonly string[]; degrade?: Degradation },
  { signal }: CallContext,
  onProgress: Progress,
): Promise<EmbeddedSet> {
  const items: Item[] = []
  const failures: Failure[] = []
  const listing = { signal, ...(options.classes === undefined ? {} : { classes: options.classes }) }
  for await (const found of tools.lister.list([source], listing)) {
    if ('failure' in found) failures.push(failureOf(found.failure.file, found.failure.problem))
    else if (found.item.findings !== undefined) items.push(found.item)
  }
  return await embedItems(items, memberOf, failures, tools, options.degrade, signal, onProgress)
}

/** The library's labelled images under a model that is not the one in use: encoded from their own files. */
export async function embedLibrary(
  library: Library,
  modelInUse: string,
  tools: Tools,
  { signal }: CallContext,
  onProgress: Progress,
): Promise<EmbeddedSet> {
  const { members, aside } = embeddedLibrary(library, modelInUse)
  const known = new Map<Item, Member>()
  for (const member of members) known.set(library.imageItem(member.imageId as string), member)
  const of = (item: Item): Member => known.get(item) as Member
  const set = await embedItems([...known.keys()], of, [], tools, undefined, signal, onProgress)
  return { ...set, aside }
}

async function embedItems(
  items: readonly Item[],
  memberOfItem: (item: Item) => Omit<Member, 'content'>,
  failures: Failure[],
  tools: Tools,
  degrade: Degradation | undefined,
  signal: AbortSignal,
  onProgress: Progress,
): Promise<EmbeddedSet> {
  const pixels = new PixelSource(tools.decoder, signal)
  const members: Member[] = []
  const vectors: Float32Array[] = []
  for (let at = 0; at < items.length; at += CHUNK) {
    signal.throwIfAborted()
    const chunk = items.slice(at, at + CHUNK)
    const embedded = await embedChunk(chunk, at, tools, pixels, degrade, failures)
    embedded.forEach((kept, i) => {
      const item = chunk[i] as Item
      if (kept === undefined) return
      members.push({ ...memberOfItem(item), content: kept.content })
      vectors.push(kept.vector)
    })
    onProgress(Math.min(items.length, at + CHUNK), items.length, chunk.at(-1)?.name ?? '')
  }
  await tools.cache.save()
  return { members, vectors: joined(vectors, tools.encoder.dimension), failures }
}

/** The library's labelled images under the model in use, in key order. */
export function embeddedLibrary(library: Library, modelId: string): EmbeddedSet & { aside: number } {
  const { keys, vectors, dimension } = library.vectors(modelId)
  const rows = new Map<number, Float32Array>()
  keys.forEach((key, i) => rows.set(key, vectors.subarray(i * dimension, (i + 1) * dimension)))
  const content = contentOf(library, modelId)
  const members: Member[] = []
  const kept: Float32Array[] = []
  let aside = 0
  for (const { key, imageId, row, file, view } of library.vectorRows([...keys])) {
    if (row.findings.length === 0) continue
    if (isAside(view)) {
      aside++
      continue
    }
    const patient = patientOf(row.study.patientId, file)
    members.push({
      name: file,
      findings: row.findings,
      imageId,
      caseId: row.caseId,
      content: content.get(key) ?? [],
      ...(patient === undefined ? {} : { patient }),
    })
    kept.push(rows.get(key) as Float32Array)
  }
  return { members, vectors: joined(kept, dimension), failures: [], aside }
}

const PAGE = 2000
const DIGITS = 16

/** By index key. */
function contentOf(library: Library, modelId: string): Map<number, readonly string[]> {
  const content = new Map<number, readonly string[]>()
  for (let after = 0; ;) {
    const page = library.measuredPage(modelId, after, PAGE)
    for (const { key, sha256, pixelSha256 } of page) {
      content.set(key, [sha256.slice(0, DIGITS), pixelSha256.slice(0, DIGITS)])
      after = key
    }
    if (page.length < PAGE) return content
  }
}

async function embedChunk(
  chunk: readonly Item[],
  first: number,
  { decoder, encoder, cache }: Tools,
  pixels: PixelSource,
  degrade: Degradation | undefined,
  failures: Failure[],
): Promise<(Kept | undefined)[]> {
  const results = new Array<Kept | undefined>(chunk.length)
  const waiting: { at: number; key: string; display: DisplayImage; content: readonly string[] }[] = []
  await Promise.all(
    chunk.map(async (item, at) => {
      try {
        const key = cacheKey(await pixels.identity(item), degrade ?? '')
        results[at] = cache.get(key)
        if (results[at] !== undefined) return
        const { display, content } = await pixels.display(item, decoder)
        const shown = degrade ? await degraded(display, degrade, first + at) : display
        waiting.push({ at, key, display: shown, content })
      } catch (error) {
        failures.push(failureOf(item.name, problemOf(error)))
      }
    }),
  )
  if (waiting.length === 0) return results
  const encoded = await encoder.encode(waiting.map(({ display }) => display))
  waiting.forEach(({ at, key, content }, i) => {
    const kept = { vector: (encoded[i] as { embedding: Float32Array }).embedding, content }
    cache.set(key, kept)
    results[at] = kept
  })
  return results
}

function memberOf(item: Item): Omit<Member, 'content'> {
  const patient = patientOf(item.labels?.patientId, item.name)
  return {
    name: item.name,
    findings: item.findings ?? [],
    item,
    ...(patient === undefined ? {} : { patient }),
  }
}

function joined(rows: readonly Float32Array[], dimension: number): Float32Array {
  const all = new Float32Array(rows.length * dimension)
  rows.forEach((row, i) => all.set(row, i * dimension))
  return all
}

/** Identities and pixels of items; an archive is hashed once, an NPZ split decoded once. */
class PixelSource {
  readonly #decoder: Decoder
  readonly #signal: AbortSignal
  readonly #hashes = new Map<string, Promise<string>>()
  readonly #bytesHashes = new WeakMap<Uint8Array, string>()
  readonly #splits = new Map<string, ReturnType<Decoder['decodeNpz']>>()

  constructor(decoder: Decoder, signal: AbortSignal) {
    this.#decoder = decoder
    this.#signal = signal
  }

  /** Content of the item in words: hash of its bytes or of its archive, with the place inside. */
  async identity({ locator }: Item): Promise<string> {
    if (locator.kind === 'file') return await this.#fileHash(locator.path)
    if (locator.kind === 'bytes') return this.#bytesHash(locator.bytes)
    const archive = await this.#archiveHash(locator.archive)
    return locator.kind === 'zipEntry'
      ? `${archive} ${locator.entry}`
      : `${archive} ${locator.split} ${locator.row}`
  }

  /** @returns content as in {@link Member} */
  async display(
    item: Item,
    decoder: Decoder,
  ): Promise<{ display: DisplayImage; content: readonly string[] }> {
    const { locator } = item
    if (locator.kind === 'npzRow') {
      const { rows, columns, values, pixelSha256 } = await this.#split(locator.archive, locator.split)
      const size = rows * columns
      const hash = pixelSha256[locator.row] as string
      return {
        display: { rows, columns, values: values.slice(locator.row * size, (locator.row + 1) * size) },
        content: [hash.slice(0, DIGITS)],
      }
    }
    const { display, facts, pixelSha256 } = await decoder.decode(item, { display: true }, this.#signal)
    return {
      display: display as DisplayImage,
      content: [facts.sha256.slice(0, DIGITS), pixelSha256.slice(0, DIGITS)],
    }
  }

  async #split(
    archive: { path: string } | { bytes: Uint8Array },
    split: string,
  ): ReturnType<Decoder['decodeNpz']> {
    const key = `${await this.#archiveHash(archive)} ${split}`
    let decoding = this.#splits.get(key)
    if (decoding === undefined)
      this.#splits.set(key, (decoding = this.#decoder.decodeNpz(archive, split, this.#signal)))
    return await decoding
  }

  async #archiveHash(archive: { path: string } | { bytes: Uint8Array }): Promise<string> {
    return 'path' in archive ? await this.#fileHash(archive.path) : this.#bytesHash(archive.bytes)
  }

  #fileHash(path: string): Promise<string> {
    let hash = this.#hashes.get(path)
    if (hash === undefined) this.#hashes.set(path, (hash = fileHash(path)))
    return hash
  }

  #bytesHash(bytes: Uint8Array): string {
    const known = this.#bytesHashes.get(bytes)
    if (known !== undefined) return known
    const hash = createHash('sha256').update(bytes).digest('hex')
    this.#bytesHashes.set(bytes, hash)
    return hash
  }
}
