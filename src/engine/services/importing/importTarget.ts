/** Where an import writes: the open library and its index, kept in step. */
import type { NewImage } from '../../ports.js'
import type { LibraryIndex } from '../../index/libraryIndex.js'
import { sha256Of } from '../../store/objects.js'
import type { SqliteLibrary } from '../../store/sqliteLibrary.js'

export class ImportTarget {
  readonly #library: SqliteLibrary
  readonly #index: LibraryIndex
  constructor(library: SqliteLibrary, index: LibraryIndex) {
    this.#library = library
    this.#index = index
  }

  hasPixels(pixelSha256: string): boolean {
    return this.#library.hasPixels(pixelSha256)
  }

  /** Makes originals durable while the encoder works. */
  stage(originals: readonly Uint8Array[]): Promise<{ done(): void }> {
    return this.#library.stageObjects(originals.map((bytes) => ({ sha256: sha256Of(bytes), bytes })))
  }

  /** Commits a batch, then makes it searchable. Returns image ids in order, or 'duplicate'. */
  async add(images: readonly NewImage[]): Promise<string[]> {
    if (images.length === 0) return []
    const added = this.#library.addImages(images)
    const fresh = images.flatMap((image, at) => {
      const one = added[at]
      return one === undefined || one === 'duplicate'
        ? []
        : [{ imageId: one.imageId, embedding: image.embedding }]
    })
    const keys = this.#library.keysOfImages(fresh.map((each) => each.imageId))
    const dimension = fresh[0]?.embedding.length ?? 0
    const vectors = new Float32Array(fresh.length * dimension)
    fresh.forEach((each, at) => vectors.set(each.embedding, at * dimension))
    await this.#index.add(keys, vectors)
    return added.map((each) => (each === 'duplicate' ? each : each.imageId))
  }

  counts(): { cases: number; images: number } {
    return { cases: this.#library.caseRepository.count(), images: this.#library.images.count() }
  }
}
