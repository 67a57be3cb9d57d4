/** Gives images the embeddings they lack: after a change of model, or an import that ended between two steps. */
import type { Decoder } from '../../ports/decoding.js'
import type { Library, OpenedLibrary } from '../../ports/library.js'
import type { ImageEncoder } from '../../ports/models.js'
import { problemOf } from '@shared/errors.js'
import type { Progress } from '@shared/domain/library.js'

const BATCH = 16

/**
 * Decodes and encodes every image without an embedding of the model, in small batches that are searchable at once
 * where the model's index is given.
 * An image that cannot be decoded any more is left out.
 * @returns how many images got one
 */
export async function embedMissing(
  { library, index }: Pick<OpenedLibrary, 'library'> & Partial<Pick<OpenedLibrary, 'index'>>,
  encoder: ImageEncoder,
  decoder: Decoder,
  signal: AbortSignal,
  onProgress?: (progress: Progress) => void,
): Promise<number> {
  const missing = library.imagesWithoutEmbedding(encoder.modelId, Number.MAX_SAFE_INTEGER)
  let embedded = 0
  for (let from = 0; from < missing.length && !signal.aborted; from += BATCH) {
    const batch = missing.slice(from, from + BATCH)
    const displays = await Promise.all(batch.map((imageId) => displayOf(library, imageId, decoder, signal)))
    const present = displays.flatMap((display, at) => {
      const imageId = batch[at]
      return display === undefined || imageId === undefined ? [] : [{ imageId, display }]
    })
    if (signal.aborted) break
    if (present.length > 0) {
      const encoded = await encoder.encode(present.map((each) => each.display))
      const entries = present.flatMap(({ imageId }, at) => {
        const embedding = encoded[at]?.embedding
        return embedding?.every(Number.isFinite) === true ? [{ imageId, embedding }] : []
      })
      const keys = library.addEmbeddings(encoder.modelId, entries)
      await index?.add(keys, library.vectorsOfKeys(keys, encoder.dimension))
      embedded += entries.length
    }
    onProgress?.({
      phase: 'Preparing images',
      done: Math.min(from + BATCH, missing.length),
      total: missing.length,
    })
  }
  return embedded
}

async function displayOf(library: Library, imageId: string, decoder: Decoder, signal: AbortSignal) {
  try {
    return (await decoder.decode(library.imageItem(imageId), { display: true }, signal)).display
  } catch (error) {
    // Gone, damaged or cancelled: `library check` names what is damaged; a bug is not swallowed.
    if (problemOf(error).code === 'INTERNAL') throw error
    return undefined
  }
}
