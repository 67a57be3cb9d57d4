/**
 * One import: list -> decode -> encode -> commit, each stage ahead of the next. A batch is acknowledged after its
 * commit; a failing file never stops the others; a cancelled import keeps what it has committed.
 */
import type { Failure, Source } from '@shared/domain/images.js'
import type { ImportResult, LabelConflict } from '@shared/domain/library.js'
import { HilumError, problemOf, type ErrorCode, type Problem } from '@shared/errors.js'
import type { CallContext } from '../../ports/calls.js'
import type { Decoder, Item, SourceLister } from '../../ports/decoding.js'
import type { NewImage } from '../../ports/library.js'
import type { ImageEncoder } from '../../ports/models.js'
import { decodeAhead, WINDOW } from './decodeAhead.js'
import type { ImportTarget } from './importTarget.js'

export type ImportRequest = {
  sources: readonly Source[]
  labels?: Source
  sourceName?: string
  classes?: readonly string[]
}
export type ImportParts = {
  lister: SourceLister
  decoder: Decoder
  encoder: ImageEncoder
  target: ImportTarget
}
export type ImportHooks = {
  /** After each commit, with the ids of the images it added, in order. */
  onCommitted?: (imageIds: readonly string[]) => void
  /** Progress's phase; "Importing" when absent. */
  phase?: string
}

const BATCH = 64
/** Decoded pixels and originals a batch may hold: few large radiographs make a batch too. */
const BATCH_BYTES = 96 * 1024 * 1024
/** Batches the encoder has at once: its threads go on with the second while the last images of the first are done. */
const ENCODING = 2
/** Failures sent with progress: the last few; the result has all. */
const SHOWN_FAILURES = 20
/** What no later file can get past: the import ends and says why. */
const FATAL: ReadonlySet<ErrorCode> = new Set([
  'DISK_FULL',
  'STORAGE_FAILED',
  'LIBRARY_UNWRITABLE',
  'LIBRARY_READ_ONLY',
  'LIBRARY_CORRUPT',
  'LIBRARY_HELD',
  'ENGINE_FAILED',
  'ENGINE_RESTARTING',
])

/** How long it may take to count what was not added. */
const COUNT_MS = 5000
const AGAIN = 'Then add the same files again: images that are in are recognised and left out.'

type Decoded = {
  image: Omit<NewImage, 'embedding' | 'modelId'>
  display: NonNullable<NewImage['decoded']['display']>
}

type Prepared = { encoded: NewImage[]; staged: { done(): void } }

class ImportRun {
  readonly #parts: ImportParts
  readonly #request: ImportRequest
  readonly #context: CallContext
  readonly #hooks: ImportHooks
  readonly #started = performance.now()
  readonly #failures: Failure[] = []
  readonly #conflicts: LabelConflict[] = []
  /** Pixels of this import's images not committed yet: duplicates within the import are found before encoding. */
  readonly #underway = new Set<string>()
  #listed = 0
  #listingEnded = false
  #done = 0
  #imported = 0
  #duplicates = 0
  #lastFile = ''
  #batch: Decoded[] = []
  #batchBytes = 0
  /** Batches at the encoder, oldest first. */
  readonly #encoding: Promise<void>[] = []
  #committing: Promise<void> = Promise.resolve()
  /** Commits begun, oldest first. */
  readonly #commits: Promise<void>[] = []
  /** Originals of batches that are not committed yet. */
  readonly #uncommitted = new Set<Uint8Array>()

  constructor(parts: ImportParts, request: ImportRequest, context: CallContext, hooks: ImportHooks) {
    this.#parts = parts
    this.#request = request
    this.#context = context
    this.#hooks = hooks
  }

  async run(): Promise<ImportResult> {
    const { signal } = this.#context
    let cancelled = false
    try {
      await this.#all()
    } catch (error) {
      if (!signal.aborted || problemOf(error).code !== 'CANCELLED') {
        await Promise.allSettled([...this.#encoding, ...this.#commits])
        this.#parts.target.discard([...this.#uncommitted])
        throw await this.#explained(error)
      }
      cancelled = true
      await this.#committing
    }
    const info = this.#parts.target.counts()
    this.#report()
    return {
      imported: this.#imported,
      duplicates: this.#duplicates,
      failures: this.#failures,
      ...info,
      seconds: (performance.now() - this.#started) / 1000,
      ...(cancelled ? { cancelled } : {}),
      ...(this.#conflicts.length === 0 ? {} : { conflicts: this.#conflicts }),
    }
  }

  async #all(): Promise<void> {
    const { lister, decoder, encoder } = this.#parts
    const { sources, labels, classes } = this.#request
    const { signal } = this.#context
    const listing = lister.list(sources, {
      signal,
      ...(labels === undefined ? {} : { labels }),
      ...(classes === undefined ? {} : { classes }),
    })
    const ahead = decodeAhead(listing, decoder, signal, () => {
      this.#listed += 1
      // So many are listed before the first is decoded: the encoder can start meanwhile.
      if (this.#listed === WINDOW) encoder.prepare?.()
    })
    for await (const each of ahead) {
      if (signal.aborted) throw new HilumError('CANCELLED')
      if ('failure' in each) this.#failed(each.failure.file, each.failure.problem)
      else await this.#take(each.item, each.decoded)
      this.#report()
    }
    this.#listingEnded = true
    await this.#flush()
    await this.#committing
  }

  async #take(item: Item, decoded: NewImage['decoded']): Promise<void> {
    this.#lastFile = item.name
    const { display, original, preview, ...rest } = decoded
    if (display === undefined || original === undefined) {
      this.#failed(item.name, { ...problemOf(new HilumError('DICOM_NO_PIXELS')) })
      return
    }
    const known = this.#underway.has(decoded.pixelSha256) || this.#parts.target.hasPixels(decoded.pixelSha256)
    const findings = item.findings ?? []
    // A known picture goes through as well when it brings a label: the library may have it without one.
    if (known && findings.length === 0) {
      this.#duplicates += 1
      this.#done += 1
      return
    }
    this.#underway.add(decoded.pixelSha256)
    const { sourceName } = this.#request
    this.#batch.push({
      display,
      image: {
        decoded: rest,
        original,
        findings,
        ...(preview === undefined ? {} : { preview }),
        ...(item.labels === undefined ? {} : { labels: item.labels }),
        ...(sourceName === undefined ? {} : { sourceName }),
      },
    })
    this.#batchBytes += display.values.byteLength + original.byteLength
    if (this.#batch.length >= BATCH || this.#batchBytes >= BATCH_BYTES) await this.#flush()
  }

  /**
   * Hands the batch to the encoder once it has no more than one other, and waits for commits that lag behind:
   * decoding, encoding and committing go on side by side, and the batches in memory stay few.
   */
  async #flush(): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    while (this.#encoding.length >= ENCODING) await this.#encoding.shift()
    while (this.#commits.length > ENCODING) await this.#commits.shift()
    if (batch.length === 0) return
    for (const { image } of batch) this.#uncommitted.add(image.original)
    const before = this.#committing
    const prepared = this.#prepare(batch)
    const encoded = prepared.then(() => undefined)
    this.#committing = prepared.then((ready) => this.#commit(batch, ready, before))
    this.#encoding.push(encoded)
    this.#commits.push(this.#committing)
    // An error is met at the next wait; until then it must not count as unhandled.
    encoded.catch(() => undefined)
    this.#committing.catch(() => undefined)
  }

  /** Embeddings, while the originals are made durable. */
  async #prepare(batch: readonly Decoded[]): Promise<Prepared> {
    const staging = this.#parts.target.stage(batch.map((each) => each.image.original))
    staging.catch(() => undefined)
    try {
      const encoded = await this.#encode(batch)
      return { encoded, staged: await staging }
    } catch (error) {
      // A batch that is not committed leaves files that no case names: they are taken away again.
      await staging.then(
        (staged) => staged.done(),
        () => undefined,
      )
      throw error
    }
  }

  async #commit(
    batch: readonly Decoded[],
    { encoded, staged }: Prepared,
    before: Promise<void>,
  ): Promise<void> {
    try {
      await before
      const added = await this.#parts.target.add(encoded)
      const imageIds = added.flatMap((each) =>
        each === 'duplicate' || 'conflict' in each ? [] : [each.imageId],
      )
      for (const each of added)
        if (each !== 'duplicate' && 'conflict' in each) this.#conflicts.push(each.conflict)
      this.#imported += imageIds.length
      this.#duplicates += added.length - imageIds.length
      this.#done += added.length
      for (const { image } of batch) {
        this.#underway.delete(image.decoded.pixelSha256)
        this.#uncommitted.delete(image.original)
      }
      if (imageIds.length > 0) this.#hooks.onCommitted?.(imageIds)
    } finally {
      staged.done()
    }
    this.#report()
  }

  /** Encodes a batch; where that fails, image by image, so that one odd image costs only itself. */
  async #encode(batch: readonly Decoded[]): Promise<NewImage[]> {
    const { encoder } = this.#parts
    const withEmbedding = (each: Decoded, embedding: Float32Array): NewImage => ({
      ...each.image,
      embedding,
      modelId: encoder.modelId,
    })
    try {
      const embeddings = await encoder.encode(batch.map((each) => each.display))
      return batch.map((each, at) => withEmbedding(each, usable(embeddings[at]?.embedding)))
    } catch (error) {
      if (FATAL.has(problemOf(error).code)) throw error
    }
    const encoded: NewImage[] = []
    for (const each of batch) {
      try {
        const [one] = await encoder.encode([each.display])
        encoded.push(withEmbedding(each, usable(one?.embedding)))
      } catch (error) {
        if (FATAL.has(problemOf(error).code)) throw error
        this.#underway.delete(each.image.decoded.pixelSha256)
        this.#failed(each.image.decoded.name, problemOf(error))
      }
    }
    return encoded
  }

  #failed(file: string, { code, message, remedy }: Problem): void {
    if (code === 'CANCELLED') return
    this.#failures.push({ file, code, message, remedy })
    this.#done += 1
  }

  #report(): void {
    const seconds = (performance.now() - this.#started) / 1000
    this.#context.progress({
      phase: this.#hooks.phase ?? 'Importing',
      done: this.#done,
      ...(this.#listingEnded ? { total: this.#listed } : {}),
      rate: seconds > 0 ? this.#done / seconds : 0,
      item: this.#lastFile,
      imported: this.#imported,
      duplicates: this.#duplicates,
      failures: this.#failures.slice(-SHOWN_FAILURES),
    })
  }

  /** What ended the import: how many images are in and safe, how many are not, and what to do. */
  async #explained(error: unknown): Promise<unknown> {
    if (!(error instanceof HilumError)) return error
    const { code, message, remedy, detail } = error.problem
    const all = FATAL.has(code) ? await this.#count() : undefined
    return new HilumError(code, `${message} ${this.#tally(all)}`, {
      cause: error,
      remedy: FATAL.has(code) ? `${code === 'DISK_FULL' ? 'Free some space.' : remedy} ${AGAIN}` : remedy,
      ...(detail === undefined ? {} : { detail }),
    })
  }

  /** "120 images were added and are safe, 4 images were in already; 300 images were not added." */
  #tally(all: number | undefined): string {
    if (all === undefined && this.#imported + this.#duplicates === 0) return 'No image was added.'
    const safe =
      this.#imported === 0
        ? 'No image was added'
        : `${counted(this.#imported)} added and ${this.#imported === 1 ? 'is' : 'are'} safe`
    const known = this.#duplicates === 0 ? '' : `, ${counted(this.#duplicates)} in already`
    const rest =
      all === undefined
        ? 'the others were not added'
        : `${counted(Math.max(0, all - this.#imported - this.#duplicates - this.#failures.length))} not added`
    return `${safe}${known}; ${rest}.`
  }

  /** Files and rows of this import in all, counted anew; undefined where that takes too long. */
  async #count(): Promise<number | undefined> {
    const { lister } = this.#parts
    const { sources, labels, classes } = this.#request
    const signal = AbortSignal.any([this.#context.signal, AbortSignal.timeout(COUNT_MS)])
    let all = 0
    try {
      for await (const each of lister.list(sources, {
        signal,
        ...(labels === undefined ? {} : { labels }),
        ...(classes === undefined ? {} : { classes }),
      })) {
        signal.throwIfAborted()
        if ('item' in each || 'failure' in each) all += 1
      }
      return all
    } catch {
      // Only how many there are: what ended the import is told all the same.
      return undefined
    }
  }
}

/** "1 image was", "1,234 images were" */
const counted = (n: number): string => `${n.toLocaleString('en-GB')} ${n === 1 ? 'image was' : 'images were'}`

function usable(embedding: Float32Array | undefined): Float32Array {
  if (embedding === undefined || embedding.length === 0 || !embedding.every(Number.isFinite))
    throw new HilumError('MODEL_FAILED')
  return embedding
}

/** Runs one import to its end, or to its cancelling. @throws what no later file could get past (DISK_FULL …) */
export function runImport(
  parts: ImportParts,
  request: ImportRequest,
  context: CallContext,
  hooks: ImportHooks = {},
): Promise<ImportResult> {
  return new ImportRun(parts, request, context, hooks).run()
}
