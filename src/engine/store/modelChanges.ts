/** Which model a library is searched by, and the embeddings that come after its images. */
import { imageKeyOf } from './ids.js'
import { LIBRARY_SETTING, type SettingsRepository } from './settings.js'
import type { SqliteLibrary } from './sqliteLibrary.js'

export type ImageEmbedding = { imageId: string; embedding: Float32Array }

/**
 * Ties a model's name to the file that is in use. Embeddings another file of that name made are removed:
 * they belong to another space.
 * @returns true when embeddings were removed
 */
export function bindModel(
  library: SqliteLibrary,
  settings: SettingsRepository,
  modelId: string,
  sha256: string,
): boolean {
  const key = `library.modelSha256.${modelId}`
  const bound = library.setting(key)
  if (bound === sha256 && library.setting(LIBRARY_SETTING.model) === modelId) return false
  return library.write('model.use', modelId, { sha256 }, () => {
    const foreign = bound !== undefined && bound !== sha256
    const removed = foreign ? library.embeddings.removeModel(modelId) : 0
    settings.set(key, sha256)
    library.rememberModel(modelId)
    if (removed > 0) library.vectorsChanged()
    return removed > 0
  })
}

/** The removal that {@link bindModel} does, for a model that is only being prepared. */
export function prepareModel(
  library: SqliteLibrary,
  settings: SettingsRepository,
  modelId: string,
  sha256: string,
): void {
  const key = `library.modelSha256.${modelId}`
  const bound = library.setting(key)
  if (bound === sha256) return
  library.write('model.prepare', modelId, { sha256 }, () => {
    if (bound !== undefined && library.embeddings.removeModel(modelId) > 0) library.vectorsChanged()
    settings.set(key, sha256)
  })
}

/** Adds embeddings of a model to images that have none; images deleted meanwhile are left out. Returns the keys. */
export function addEmbeddings(
  library: SqliteLibrary,
  modelId: string,
  entries: readonly ImageEmbedding[],
): number[] {
  const { images, embeddings } = library
  return library.write('model.embed', modelId, { images: entries.length }, () => {
    const keys: number[] = []
    for (const { imageId, embedding } of entries) {
      const imageKey = imageKeyOf(imageId)
      if (!images.has(imageKey) || embeddings.ofImage(imageKey, modelId)) continue
      keys.push(embeddings.insert(imageKey, embeddings.modelKeyFor(modelId, embedding.length), embedding))
    }
    library.vectorsChanged()
    return keys
  })
}
