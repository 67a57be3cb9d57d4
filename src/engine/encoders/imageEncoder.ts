/** The image tower of a model pack: display grey in, unit embeddings and the patches they are the mean of out. */
import { availableParallelism } from 'node:os'
import { HilumError } from '@shared/errors.js'
import type { DisplayImage } from '../ports/decoding.js'
import type { ImageEmbedding, ImageEncoder, VerifiedPack } from '../ports/models.js'
import { meanOf, unit } from '../vectors.js'
import { EncoderLanes } from './encoderLanes.js'
import { ImageTower, towerSourceOf, type Asked } from './imageTower.js'

/** A run holds the engine's thread, so a batch is as large as fits into this; cancels and notes wait no longer. */
const BATCH_MILLISECONDS = 30
/** Input floats of one batch: 32 MB. */
const BATCH_PIXELS = 8_000_000
/** On the engine's thread; on a lane, where nobody waits for the thread, fewer fit the processor's cache better. */
const MAX_BATCH = 64
const LANE_BATCH = 16
/** From so many images on, a call goes to the lanes: below, starting them costs more than they gain. */
const LANES_FROM = 24
/** To lanes that run already. */
const RUNNING_LANES_FROM = 4

export class OnnxImageEncoder implements ImageEncoder {
  readonly modelId: string
  readonly modelSha256: string
  readonly dimension: number
  readonly grid: readonly [number, number]
  readonly receptiveField: number
  readonly provider: { name: string; threads: number; note?: string }
  readonly #tower: ImageTower
  readonly #lanes: EncoderLanes | undefined
  /** Moving estimate; every encoder resizes to its own size first, so it hardly depends on the image's. */
  #millisecondsPerImage = BATCH_MILLISECONDS
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(
    pack: VerifiedPack,
    tower: ImageTower,
    provider: { name: string; threads: number },
    lanes: EncoderLanes | undefined,
  ) {
    const { manifest } = pack
    this.modelId = manifest.id
    this.modelSha256 = pack.sha256
    this.dimension = manifest.dimension
    this.grid = manifest.towers.image.outputs.patches === undefined ? [1, 1] : manifest.towers.image.grid
    this.receptiveField = manifest.towers.image.receptiveField
    this.provider = provider
    this.#tower = tower
    this.#lanes = lanes
  }

  /**
   * Opens the tower and tries it on a drawn gradient.
   * @param threads intra-op threads, 1 or more
   * @param laneEntry path of the built `encoderLane.cjs`; without it everything runs on the engine's thread
   * @param provider execution provider's name; one that may end the process has been tried in another before
   * @throws HilumError MODEL_INVALID when names, dimensions, length or additivity are not what the manifest says
   */
  static async open(
    pack: VerifiedPack,
    threads: number,
    laneEntry?: string,
    provider = 'cpu',
  ): Promise<OnnxImageEncoder> {
    const source = towerSourceOf(pack)
    const { file } = source.image
    const tower = await ImageTower.open(source, threads, provider)
    const lanes = laneEntry === undefined ? undefined : new EncoderLanes(laneEntry, source)
    const encoder = new OnnxImageEncoder(pack, tower, { name: provider, threads }, lanes)
    try {
      await encoder.#tryOut()
      return encoder
    } catch (cause) {
      await tower.release()
      const detail = cause instanceof HilumError ? (cause.problem.detail ?? cause.message) : String(cause)
      throw new HilumError('MODEL_INVALID', `The model pack is refused: ${file} gives no usable answer.`, {
        detail,
        cause,
      })
    }
  }

  prepare(): void {
    this.#lanes?.prepare()
  }

  async encode(images: readonly DisplayImage[], options: Asked = {}): Promise<ImageEmbedding[]> {
    const results = new Array<ImageEmbedding>(images.length)
    const keep = (batch: readonly number[], embeddings: readonly ImageEmbedding[]) =>
      batch.forEach((at, i) => (results[at] = embeddings[i] as ImageEmbedding))
    const picked = (batch: readonly number[]) => batch.map((at) => images[at] as DisplayImage)
    const plain = options.patches !== true && options.seen !== true
    const lanes = this.#lanes?.usable === true ? this.#lanes : undefined
    if (plain && lanes && images.length >= (lanes.running ? RUNNING_LANES_FROM : LANES_FROM)) {
      const batches = groupedBySize(images).flatMap((group) =>
        sliced(group, fitting(images[group[0] as number] as DisplayImage, LANE_BATCH)),
      )
      await Promise.all(batches.map(async (batch) => keep(batch, await lanes.encode(picked(batch)))))
      return results
    }
    for (const group of groupedBySize(images))
      for (let done = 0; done < group.length;) {
        const batch = group.slice(done, done + this.#batchSize(images[group[0] as number] as DisplayImage))
        // One run at a time: two at once would share the cores and both be slower.
        const turn = this.#turn.then(() => this.#run(picked(batch), options))
        this.#turn = turn.catch(() => undefined)
        keep(batch, await turn)
        done += batch.length
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
    await this.#lanes?.close()
    await this.#tower.release()
  }

  #batchSize(image: DisplayImage): number {
    return Math.max(
      1,
      Math.min(fitting(image, MAX_BATCH), Math.floor(BATCH_MILLISECONDS / this.#millisecondsPerImage)),
    )
  }

  async #run(images: readonly DisplayImage[], asked: Asked): Promise<ImageEmbedding[]> {
    // Lets cancels and other calls in between two batches.
    await new Promise((resolve) => setImmediate(resolve))
    const start = performance.now()
    const embeddings = await this.#tower.run(images, asked)
    const took = (performance.now() - start) / images.length
    this.#millisecondsPerImage = 0.7 * this.#millisecondsPerImage + 0.3 * took
    return embeddings
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
  laneEntry?: string,
): Promise<{ encoder: OnnxImageEncoder; measured: boolean }> {
  if (known !== undefined)
    return { encoder: await OnnxImageEncoder.open(pack, known, laneEntry), measured: false }
  let best = await OnnxImageEncoder.open(pack, 1, laneEntry)
  let milliseconds = await best.milliseconds()
  for (let threads = 2; threads <= Math.min(8, availableParallelism()); threads *= 2) {
    const candidate = await OnnxImageEncoder.open(pack, threads, laneEntry)
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

/** Images of this size in one batch of at most `most`. */
function fitting({ rows, columns }: DisplayImage, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(BATCH_PIXELS / (rows * columns))))
}

/** As few parts of at most `most` as there need be, all of about one length: lanes end together. */
function sliced<T>(items: readonly T[], most: number): T[][] {
  const parts = Math.ceil(items.length / most)
  const from = (i: number): number => Math.round((i * items.length) / parts)
  return Array.from({ length: parts }, (_, i) => items.slice(from(i), from(i + 1)))
}

/** A drawn picture for trials. */
export function gradient(rows: number, columns: number): DisplayImage {
  const values = new Uint16Array(rows * columns)
  for (let i = 0; i < values.length; i++) values[i] = (i * 7919 + ((i / columns) | 0) * 104_729) % 65_536
  return { rows, columns, values }
}
