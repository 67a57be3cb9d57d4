/** The image tower of a model pack: display grey in, unit embeddings and the patches they are the mean of out. */
import { availableParallelism } from 'node:os'
import type { InferenceSession } from 'onnxruntime-node'
import { HilumError } from '@shared/errors.js'
import type { DisplayImage, ImageEmbedding, ImageEncoder, VerifiedPack } from '../ports.js'
import { meanOf, unit } from '../vectors.js'
import { onnxRuntime, openSession, runSession } from './session.js'

/** A run holds the engine's thread, so a batch is as large as fits into this; cancels and notes wait no longer. */
const BATCH_MILLISECONDS = 30
/** Input floats of one batch: 32 MB. */
const BATCH_PIXELS = 8_000_000
const MAX_BATCH = 64

type Asked = { patches?: boolean; seen?: boolean }

export class OnnxImageEncoder implements ImageEncoder {
  readonly modelId: string
  readonly modelSha256: string
  readonly dimension: number
  readonly grid: readonly [number, number]
  readonly receptiveField: number
  readonly provider: { name: string; threads: number; note?: string }
  readonly #session: InferenceSession
  readonly #tower: VerifiedPack['manifest']['towers']['image']
  /** Moving estimate; every encoder resizes to its own size first, so it hardly depends on the image's. */
  #millisecondsPerImage = BATCH_MILLISECONDS
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(pack: VerifiedPack, session: InferenceSession, threads: number) {
    const { manifest } = pack
    this.modelId = manifest.id
    this.modelSha256 = pack.sha256
    this.dimension = manifest.dimension
    this.grid = manifest.towers.image.grid
    this.receptiveField = manifest.towers.image.receptiveField
    this.provider = { name: 'cpu', threads }
    this.#session = session
    this.#tower = manifest.towers.image
  }

  /**
   * Opens the tower and tries it on a drawn gradient.
   * @param threads intra-op threads, 1 or more
   * @throws HilumError MODEL_INVALID when names, dimensions, length or additivity are not what the manifest says
   */
  static async open(pack: VerifiedPack, threads: number): Promise<OnnxImageEncoder> {
    const { file, input, outputs } = pack.manifest.towers.image
    const session = await openSession(pack.files.get(file) as Uint8Array, file, threads)
    const named = Object.values(outputs).filter((name) => name !== undefined)
    if (!session.inputNames.includes(input) || !named.every((name) => session.outputNames.includes(name))) {
      await session.release()
      throw new HilumError('MODEL_INVALID', `The model pack is refused: ${file} lacks its inputs or outputs.`)
    }
    const encoder = new OnnxImageEncoder(pack, session, threads)
    try {
      await encoder.#tryOut()
      return encoder
    } catch (cause) {
      await session.release()
      const detail = cause instanceof HilumError ? (cause.problem.detail ?? cause.message) : String(cause)
      throw new HilumError('MODEL_INVALID', `The model pack is refused: ${file} gives no usable answer.`, {
        detail,
        cause,
      })
    }
  }

  async encode(images: readonly DisplayImage[], options: Asked = {}): Promise<ImageEmbedding[]> {
    const results = new Array<ImageEmbedding>(images.length)
    for (const group of groupedBySize(images)) {
      for (let done = 0; done < group.length;) {
        const batch = group.slice(done, done + this.#batchSize(images[group[0] as number] as DisplayImage))
        // One run at a time: two at once would share the cores and both be slower.
        const turn = this.#turn.then(() =>
          this.#run(
            batch.map((at) => images[at] as DisplayImage),
            options,
          ),
        )
        this.#turn = turn.catch(() => undefined)
        const embeddings = await turn
        batch.forEach((at, i) => (results[at] = embeddings[i] as ImageEmbedding))
        done += batch.length
      }
    }
    return results
  }

  /** Milliseconds of one 224 x 224 image, median of three after a first. */
  async milliseconds(): Promise<number> {
    const times: number[] = []
    for (let i = 0; i < 4; i++) {
      const start = performance.now()
      await this.encode([gradient(224, 224)])
      times.push(performance.now() - start)
    }
    return times.slice(1).sort((a, b) => a - b)[1] as number
  }

  async close(): Promise<void> {
    await this.#turn
    await this.#session.release()
  }

  #batchSize(image: DisplayImage): number {
    const byPixels = Math.floor(BATCH_PIXELS / (image.rows * image.columns))
    const byTime = Math.floor(BATCH_MILLISECONDS / this.#millisecondsPerImage)
    return Math.max(1, Math.min(MAX_BATCH, byPixels, byTime))
  }

  async #run(images: readonly DisplayImage[], asked: Asked): Promise<ImageEmbedding[]> {
    // Lets cancels and other calls in between two batches.
    await new Promise((resolve) => setImmediate(resolve))
    const { rows, columns } = images[0] as DisplayImage
    const { input, channels, range, outputs } = this.#tower
    const n = images.length
    const plane = rows * columns
    const floats = new Float32Array(n * channels * plane)
    images.forEach((image, i) => fill(floats, i * channels * plane, image.values, channels, range))
    const names = [outputs.embedding]
    if (asked.patches === true) names.push(outputs.patches)
    if (asked.seen === true && outputs.seen !== undefined) names.push(outputs.seen)

    const start = performance.now()
    const { Tensor } = await onnxRuntime()
    const tensor = new Tensor('float32', floats, [n, channels, rows, columns])
    const answer = await runSession(this.#session, { [input]: tensor }, names)
    this.#millisecondsPerImage = 0.7 * this.#millisecondsPerImage + (0.3 * (performance.now() - start)) / n

    const embeddings = this.#rows(answer, outputs.embedding, [n, this.dimension])
    const patchRows = this.grid[0] * this.grid[1]
    const patches = asked.patches && this.#rows(answer, outputs.patches, [n, patchRows, this.dimension])
    const seen = answer.get(outputs.seen ?? '')
    return images.map((_, i) => ({
      embedding: unit(embeddings.slice(i * this.dimension, (i + 1) * this.dimension)),
      ...(patches
        ? {
            patches: {
              grid: this.grid,
              dimension: this.dimension,
              values: patches.slice(i * patchRows * this.dimension, (i + 1) * patchRows * this.dimension),
            },
          }
        : {}),
      ...(seen === undefined ? {} : { seen: pictureOf(seen, i, n) }),
    }))
  }

  /** An output of exactly these dimensions without a number that is none. */
  #rows(
    answer: ReadonlyMap<string, { dims: readonly number[]; data: Float32Array }>,
    name: string,
    dims: readonly number[],
  ): Float32Array {
    const value = answer.get(name)
    if (value === undefined || value.dims.join() !== dims.join())
      throw new HilumError('MODEL_FAILED', undefined, {
        detail: `"${name}" has the shape [${value?.dims.join()}], not [${dims.join()}].`,
      })
    if (!value.data.every(Number.isFinite))
      throw new HilumError('MODEL_FAILED', undefined, {
        detail: `"${name}" holds values that are no numbers.`,
      })
    return value.data
  }

  /** Sizes other than the graph's own, both towers' dimensions, and the sum that the explanation rests on. */
  async #tryOut(): Promise<void> {
    for (const image of [gradient(31, 53), gradient(96, 64)]) {
      const [result] = await this.encode([image], { patches: true, seen: true })
      const { embedding, patches } = result as ImageEmbedding
      const mean = unit(meanOf(patches?.values as Float32Array, this.dimension))
      const apart = mean.reduce(
        (worst, value, i) => Math.max(worst, Math.abs(value - (embedding[i] as number))),
        0,
      )
      if (!(apart < 1e-3))
        throw new HilumError('MODEL_FAILED', undefined, {
          detail: 'The embedding is not the normalised mean of the patches.',
        })
    }
  }
}

/**
 * Opens the image tower with the number of threads that is fastest here.
 * @param known threads measured before, used as they are
 * @returns the encoder and whether the threads were measured now
 */
export async function openImageEncoder(
  pack: VerifiedPack,
  known: number | undefined,
): Promise<{ encoder: OnnxImageEncoder; measured: boolean }> {
  if (known !== undefined) return { encoder: await OnnxImageEncoder.open(pack, known), measured: false }
  let best = await OnnxImageEncoder.open(pack, 1)
  let milliseconds = await best.milliseconds()
  for (let threads = 2; threads <= Math.min(8, availableParallelism()); threads *= 2) {
    const candidate = await OnnxImageEncoder.open(pack, threads)
    const took = await candidate.milliseconds()
    // More threads than free cores are slower; a small gain is not worth the cores it takes from decoding.
    if (took < milliseconds * 0.85) {
      await best.close()
      ;[best, milliseconds] = [candidate, took]
    } else await candidate.close()
  }
  return { encoder: best, measured: true }
}

function groupedBySize(images: readonly DisplayImage[]): number[][] {
  const groups = new Map<string, number[]>()
  images.forEach(({ rows, columns }, at) => {
    const size = `${rows}x${columns}`
    const group = groups.get(size)
    if (group === undefined) groups.set(size, [at])
    else group.push(at)
  })
  return [...groups.values()]
}

/** Display grey 0..65535 into `channels` planes of the model's range. */
function fill(
  into: Float32Array,
  at: number,
  values: Uint16Array,
  channels: number,
  [low, high]: readonly [number, number],
): void {
  const scale = (high - low) / 65535
  for (let i = 0; i < values.length; i++) into[at + i] = low + (values[i] as number) * scale
  for (let c = 1; c < channels; c++) into.copyWithin(at + c * values.length, at, at + values.length)
}

function pictureOf(
  seen: { dims: readonly number[]; data: Float32Array },
  at: number,
  n: number,
): { rows: number; columns: number; values: Float32Array } {
  const [rows, columns] = seen.dims.slice(-2) as [number, number]
  const size = seen.data.length / n
  return { rows, columns, values: seen.data.slice(at * size, at * size + rows * columns) }
}

function gradient(rows: number, columns: number): DisplayImage {
  const values = new Uint16Array(rows * columns)
  for (let i = 0; i < values.length; i++) values[i] = (i * 7919 + ((i / columns) | 0) * 104_729) % 65_536
  return { rows, columns, values }
}
