/**
 * A model pack of another shape than the bundled one, in the manner of SigLIP: three channels squashed by Hilum to a
 * fixed square, mean and deviation .5, no pictures of what is seen, a SentencePiece (Unigram) tokenizer, no attention
 * mask, padding with its own number, a prompt template, another dimension. Random weights.
 */
import type { ModelPack } from '@shared/modelPack.js'
import {
  floats,
  INT64,
  integers,
  intAttribute,
  intsAttribute,
  joined,
  message,
  node,
  number,
  tensorInfo,
  text,
} from './onnxWriter.js'
import { writeTinyPack } from './packFixture.js'

export const SIGLIP = { side: 48, patch: 16, dimension: 24, maxTokens: 16, padId: 1 } as const
const WORDS = ['a', 'chest', 'radiograph', 'of', 'normal', 'clear', 'lungs', 'pneumonia', 'no', 'opacity']
const VOCABULARY = [['<unk>', 0], ['<pad>', 0], ['</s>', 0], ...WORDS.map((word, i) => [`▁${word}`, -2 - i])]

function drawn(count: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}

/** image [n,3,48,48] -> patches [n,9,24] of 16 x 16 pixels each -> embedding [n,24]. */
function imageTower(): Uint8Array {
  const { side, patch, dimension } = SIGLIP
  return joined(
    number(1, 8),
    message(
      7,
      node(
        'Conv',
        ['image', 'kernel', 'bias'],
        ['projected'],
        [intsAttribute('strides', [patch, patch]), intsAttribute('kernel_shape', [patch, patch])],
      ),
      node('Reshape', ['projected', 'flat'], ['rows']),
      node('Transpose', ['rows'], ['patches'], [intsAttribute('perm', [0, 2, 1])]),
      node('ReduceMean', ['patches'], ['mean'], [intsAttribute('axes', [1]), intAttribute('keepdims', 0)]),
      node('LpNormalization', ['mean'], ['image_embeds'], [intAttribute('axis', 1), intAttribute('p', 2)]),
      text(2, 'siglip-like-image'),
      floats('kernel', [dimension, 3, patch, patch], drawn(dimension * 3 * patch * patch, 5)),
      floats('bias', [dimension], drawn(dimension, 6)),
      integers('flat', [3], [0, dimension, (side / patch) ** 2]),
      tensorInfo(11, 'image', ['n', 3, side, side]),
      tensorInfo(12, 'patches', ['n', (side / patch) ** 2, dimension]),
      tensorInfo(12, 'image_embeds', ['n', dimension]),
    ),
    message(8, text(1, ''), number(2, 13)),
  )
}

/** input_ids [n,16] -> text_embeds [n,24]: the mean of the tokens' rows. */
function textTower(): Uint8Array {
  const { dimension, maxTokens } = SIGLIP
  return joined(
    number(1, 8),
    message(
      7,
      node('Gather', ['table', 'input_ids'], ['tokens']),
      node(
        'ReduceMean',
        ['tokens'],
        ['text_embeds'],
        [intsAttribute('axes', [1]), intAttribute('keepdims', 0)],
      ),
      text(2, 'siglip-like-text'),
      floats('table', [VOCABULARY.length, dimension], drawn(VOCABULARY.length * dimension, 7)),
      tensorInfo(11, 'input_ids', ['n', maxTokens], INT64),
      tensorInfo(12, 'text_embeds', ['n', dimension]),
    ),
    message(8, text(1, ''), number(2, 13)),
  )
}

const tokenizer = {
  version: '1.0',
  added_tokens: [],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }],
    pair: [],
    special_tokens: { '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] } },
  },
  decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  model: { type: 'Unigram', unk_id: 0, vocab: VOCABULARY },
}

/** Writes the pack to `<dir>/<id>/` and returns the folder. */
export function writeSiglipPack(dir: string, id = 'siglip-like'): Promise<string> {
  const towers: Record<string, unknown> = {
    image: {
      file: 'vision.onnx',
      input: 'image',
      channels: 3,
      range: [0, 1],
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      inputSize: [SIGLIP.side, SIGLIP.side],
      resize: 'squash',
      grid: [SIGLIP.side / SIGLIP.patch, SIGLIP.side / SIGLIP.patch],
      receptiveField: SIGLIP.patch / SIGLIP.side,
      outputs: { patches: 'patches', embedding: 'image_embeds' },
    } satisfies Partial<ModelPack['towers']['image']>,
    text: {
      file: 'text.onnx',
      tokenizer: 'tokenizer.json',
      maxTokens: SIGLIP.maxTokens,
      padId: SIGLIP.padId,
      inputs: { ids: 'input_ids' },
      outputs: { embedding: 'text_embeds' },
    } satisfies ModelPack['towers']['text'],
  }
  return writeTinyPack(dir, id, {
    files: {
      'vision.onnx': imageTower(),
      'text.onnx': textTower(),
      'tokenizer.json': new TextEncoder().encode(JSON.stringify(tokenizer)),
    },
    spoil(manifest) {
      Object.assign(manifest, {
        towers,
        dimension: SIGLIP.dimension,
        prompts: {
          template: 'a chest radiograph of {}',
          words: { pneumonia: ['pneumonia', 'a chest radiograph of pneumonia'] },
        },
      })
    },
  })
}
