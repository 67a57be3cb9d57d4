/** Where an import writes: the open library and its index, kept in step. */
import type { Added, Library, NewImage } from '../../ports/library.js'
import type { StoredIndex } from '../../ports/vectorIndex.js'

export class ImportTarget {
  readonly #library: Library
  readonly #index: StoredIndex
  constructor(library: Library, index: StoredIndex) {
    this.#library = library
    this.#index = index
  }

  hasPixels(pixelSha256: string): boolean {
    return this.#library.hasPixels(pixelSha256)
  }

  /** Makes originals durable while the encoder works. */
  stage(originals: readonly Uint8Array[]): Promise<{ done(): void }> {
    return this.#library.stageOriginals(originals)
  }

  /** Takes away again what was made durable for images that were not added. Never throws: a check does it otherwise. */
  discard(originals: readonly Uint8Array[]): void {
    this.#library.discardOriginals(originals)
  }

  /** Commits a batch, then makes it searchable. Returns what became of each, in order. */
  async add(images: readonly NewImage[]): Promise<Added[]> {
    if (images.length === 0) return []
    const added = this.#library.addImages(images)
    const fresh = images.flatMap((image, at) => {
      const one = added[at]
      return one === undefined || one === 'duplicate' || 'conflict' in one
        ? []
        : [{ imageId: one.imageId, embedding: image.embedding }]
    })
    const keys = this.#library.keysOfImages(fresh.map((each) => each.imageId))
    const dimension = fresh[0]?.embedding.length ?? 0
    const vectors = new Float32Array(fresh.length * dimension)
    fresh.forEach((each, at) => vectors.set(each.embedding, at * dimension))
    await this.#index.add(keys, vectors)
    return added
  }

  counts(): { cases: number; images: number } {
    return this.#library.counts()
  }
}
