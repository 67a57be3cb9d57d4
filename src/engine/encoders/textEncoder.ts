/** The text tower of a model pack: words to a unit embedding in the images' space, with a say whether it can know. */
import { Tokenizer } from '@huggingface/tokenizers'
import type { InferenceSession } from 'onnxruntime-node'
import { HilumError } from '@shared/errors.js'
import type { TextEncoder, VerifiedPack } from '../ports/models.js'
import { unit } from '../vectors.js'
import { onnxRuntime, openSession, runSession } from './session.js'

type TextTower = NonNullable<VerifiedPack['manifest']['towers']['text']>

export class OnnxTextEncoder implements TextEncoder {
  readonly dimension: number
  readonly #session: InferenceSession
  readonly #tokenizer: Tokenizer
  readonly #tower: TextTower
  readonly #prompts: VerifiedPack['manifest']['prompts']

  private constructor(pack: VerifiedPack, tower: TextTower, session: InferenceSession, tokenizer: Tokenizer) {
    this.dimension = pack.manifest.dimension
    this.#session = session
    this.#tokenizer = tokenizer
    this.#tower = tower
    this.#prompts = pack.manifest.prompts
  }

  /**
   * @returns undefined for a pack without a text tower
   * @throws HilumError MODEL_INVALID when the tokenizer or the graph cannot be used
   */
  static async open(pack: VerifiedPack): Promise<OnnxTextEncoder | undefined> {
    const tower = pack.manifest.towers.text
    if (tower === undefined) return undefined
    const tokenizer = openTokenizer(pack.files.get(tower.tokenizer) as Uint8Array, tower.tokenizer)
    const session = await openSession(pack.files.get(tower.file) as Uint8Array, tower.file, 1)
    const encoder = new OnnxTextEncoder(pack, tower, session, tokenizer)
    try {
      await encoder.encode('normal chest radiograph')
      return encoder
    } catch (cause) {
      await session.release()
      throw new HilumError(
        'MODEL_INVALID',
        `The model pack is refused: ${tower.file} gives no usable answer.`,
        {
          detail: cause instanceof HilumError ? (cause.problem.detail ?? cause.message) : String(cause),
          cause,
        },
      )
    }
  }

  /**
   * `answerable` is 1 for a tower without that output; `abstain` is `answerable` below the pack's bound. A word the pack
   * has several prompts for is the mean of their vectors.
   */
  async encode(text: string): Promise<{ embedding: Float32Array; answerable: number; abstain: boolean }> {
    const { stripEnd, abstainBelow } = this.#tower
    const plain = stripEnd === undefined ? text : withoutEnd(text, stripEnd)
    const several = this.#prompts?.words?.[plain.trim().toLowerCase()]
    const texts = several ?? [this.#prompts?.template?.replace('{}', plain) ?? plain]
    const sum = new Float32Array(this.dimension)
    let answerable = 1
    for (const each of texts) {
      const one = await this.#one(each)
      one.vector.forEach((value, i) => (sum[i] = (sum[i] as number) + value / texts.length))
      answerable = Math.min(answerable, one.answerable)
    }
    return { embedding: unit(sum), answerable, abstain: !(answerable >= (abstainBelow ?? 0)) }
  }

  async #one(text: string): Promise<{ vector: Float32Array; answerable: number }> {
    const { inputs, outputs, maxTokens, padId } = this.#tower
    const { ids, mask } = padded(this.#tokenizer.encode(text).ids, maxTokens, padId)
    const { Tensor } = await onnxRuntime()
    const names = [outputs.embedding, ...(outputs.answerable === undefined ? [] : [outputs.answerable])]
    const answer = await runSession(
      this.#session,
      {
        [inputs.ids]: new Tensor('int64', ids, [1, maxTokens]),
        ...(inputs.mask === undefined ? {} : { [inputs.mask]: new Tensor('int64', mask, [1, maxTokens]) }),
      },
      names,
    )
    const embedding = answer.get(outputs.embedding)
    if (embedding?.data.length !== this.dimension || !embedding.data.every(Number.isFinite))
      throw new HilumError('MODEL_FAILED', 'The model gave no usable answer for these words.', {
        detail: `"${outputs.embedding}" has the shape [${embedding?.dims.join()}].`,
      })
    return { vector: embedding.data, answerable: answer.get(outputs.answerable ?? '')?.data[0] ?? 1 }
  }

  async close(): Promise<void> {
    await this.#session.release()
  }
}

/**
 * The npm tokenizer ignores padding and truncation, so both are done here; the last token ([SEP]) stays the last
 * when the text is cut, as in the Python library. Padding has the pack's number and mask 0.
 */
export function padded(
  ids: readonly number[],
  length: number,
  padId = 0,
): { ids: BigInt64Array; mask: BigInt64Array } {
  const kept = ids.length <= length ? ids : [...ids.slice(0, length - 1), ids[ids.length - 1] as number]
  const out = new BigInt64Array(length).fill(BigInt(padId))
  const mask = new BigInt64Array(length)
  kept.forEach((id, i) => {
    out[i] = BigInt(id)
    mask[i] = 1n
  })
  return { ids: out, mask }
}

function withoutEnd(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text[end - 1] as string)) end--
  return text.slice(0, end)
}

function openTokenizer(bytes: Uint8Array, file: string): Tokenizer {
  try {
    const definition = JSON.parse(Buffer.from(bytes).toString('utf8')) as object
    return new Tokenizer(definition, {})
  } catch (cause) {
    throw new HilumError('MODEL_INVALID', `The model pack is refused: ${file} cannot be used.`, { cause })
  }
}
