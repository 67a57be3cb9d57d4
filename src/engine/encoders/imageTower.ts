/** One ONNX session of a pack's image tower: display grey in, embeddings and what was asked beside them out. */
import type { InferenceSession } from 'onnxruntime-node'
import { HilumError } from '@shared/errors.js'
import type { ModelPack } from '@shared/modelPack.js'
import type { DisplayImage } from '../ports/decoding.js'
import type { ImageEmbedding, VerifiedPack } from '../ports/models.js'
import { unit } from '../vectors.js'
import { planesOf } from './inputPlanes.js'
import { onnxRuntime, openSession, runSession } from './session.js'

export type Asked = { patches?: boolean; seen?: boolean }
type ImageFacts = ModelPack['towers']['image']
/** What a session is opened from; goes to other threads as it is. */
export type TowerSource = { bytes: Uint8Array; image: ImageFacts; dimension: number }

export function towerSourceOf({ manifest, files }: VerifiedPack): TowerSource {
  const { image } = manifest.towers
  return { bytes: files.get(image.file) as Uint8Array, image, dimension: manifest.dimension }
}

export class ImageTower {
  readonly #session: InferenceSession
  readonly #image: ImageFacts
  readonly #dimension: number

  private constructor(session: InferenceSession, { image, dimension }: TowerSource) {
    this.#session = session
    this.#image = image
    this.#dimension = dimension
  }

  /**
   * @param threads intra-op threads, 1 or more
   * @param provider execution provider's name
   * @throws HilumError MODEL_INVALID when the graph is refused or its names are not the manifest's
   */
  static async open(source: TowerSource, threads: number, provider = 'cpu'): Promise<ImageTower> {
    const { file, input, outputs } = source.image
    const session = await openSession(source.bytes, file, threads, provider)
    const named = Object.values(outputs).filter((name) => name !== undefined)
    if (!session.inputNames.includes(input) || !named.every((name) => session.outputNames.includes(name))) {
      await session.release()
      throw new HilumError('MODEL_INVALID', `The model pack is refused: ${file} lacks its inputs or outputs.`)
    }
    return new ImageTower(session, source)
  }

  /**
   * Images of one size in one run, which holds the thread.
   * @throws HilumError MODEL_FAILED
   */
  async run(images: readonly DisplayImage[], asked: Asked): Promise<ImageEmbedding[]> {
    const { input, channels, outputs } = this.#image
    const dimension = this.#dimension
    const n = images.length
    const { rows, columns, floats } = planesOf(images, this.#image)
    const names = [outputs.embedding]
    if (asked.patches === true && outputs.patches !== undefined) names.push(outputs.patches)
    if (asked.seen === true && outputs.seen !== undefined) names.push(outputs.seen)

    const { Tensor } = await onnxRuntime()
    const tensor = new Tensor('float32', floats, [n, channels, rows, columns])
    const answer = await runSession(this.#session, { [input]: tensor }, names)

    const embeddings = rowsOf(answer, outputs.embedding, [n, dimension])
    // Without patches the one patch is the whole image.
    const grid = outputs.patches === undefined ? ([1, 1] as const) : this.#image.grid
    const patchRows = grid[0] * grid[1]
    const patches =
      asked.patches !== true
        ? undefined
        : outputs.patches === undefined
          ? embeddings
          : rowsOf(answer, outputs.patches, [n, patchRows, dimension])
    const seen = answer.get(outputs.seen ?? '')
    return images.map((_, i) => ({
      embedding: unit(embeddings.slice(i * dimension, (i + 1) * dimension)),
      ...(patches
        ? {
            patches: {
              grid,
              dimension,
              values: patches.slice(i * patchRows * dimension, (i + 1) * patchRows * dimension),
            },
          }
        : {}),
      ...(seen === undefined ? {} : { seen: pictureOf(seen, i, n) }),
    }))
  }

  async release(): Promise<void> {
    await this.#session.release()
  }
}

/** An output of exactly these dimensions without a number that is none. */
function rowsOf(
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

function pictureOf(
  seen: { dims: readonly number[]; data: Float32Array },
  at: number,
  n: number,
): { rows: number; columns: number; values: Float32Array } {
  const [rows, columns] = seen.dims.slice(-2) as [number, number]
  const size = seen.data.length / n
  return { rows, columns, values: seen.data.slice(at * size, at * size + rows * columns) }
}
