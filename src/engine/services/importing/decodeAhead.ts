/** Decodes listed items ahead of the encoder, several at once, and hands them on in the order they were listed. */
import { problemOf, type Problem } from '@shared/errors.js'
import type { Decoded, Decoder, Item, SourceLister } from '../../ports/decoding.js'

export type Ahead = { item: Item; decoded: Decoded } | { failure: { file: string; problem: Problem } }

/** Items being decoded or waiting for the encoder: enough to keep the decode processes busy. */
export const WINDOW = 12
const PREVIEW_SIDE = 256

const WANT = { display: true, original: true, preview: PREVIEW_SIDE, previewIfLarger: true }

/**
 * @param listing what the lister yields
 * @param onListed called for each item or failure as it is met
 * @throws what the lister throws; an item that cannot be decoded is a failure, not an exception
 */
export async function* decodeAhead(
  listing: ReturnType<SourceLister['list']>,
  decoder: Decoder,
  signal: AbortSignal,
  onListed: () => void,
): AsyncGenerator<Ahead> {
  const waiting: Promise<Ahead>[] = []
  const iterator = listing[Symbol.asyncIterator]()
  let ended = false
  try {
    for (;;) {
      while (!ended && waiting.length < WINDOW) {
        const next = await iterator.next()
        if (next.done === true) {
          ended = true
          break
        }
        onListed()
        const listed = next.value
        waiting.push('failure' in listed ? Promise.resolve(listed) : decodeOne(listed.item, decoder, signal))
      }
      const first = waiting.shift()
      if (first === undefined) return
      yield await first
    }
  } finally {
    // What is still being decoded ends by itself or by the signal; its outcome is of no interest any more.
    await Promise.allSettled(waiting)
    await iterator.return?.()
  }
}

async function decodeOne(item: Item, decoder: Decoder, signal: AbortSignal): Promise<Ahead> {
  try {
    return { item, decoded: await decoder.decode(item, WANT, signal) }
  } catch (error) {
    return { failure: { file: item.name, problem: problemOf(error) } }
  }
}
