/** Libraries on disk: the SQLite store and the FAISS index of each, joined. */
import { HilumError } from '@shared/errors.js'
import { faissThread } from './index/faissThread.js'
import { LibraryIndex } from './index/libraryIndex.js'
import { removeSnapshots } from './index/snapshot.js'
import type { Libraries, OpenedLibrary } from './ports/library.js'
import type { ImageEncoder } from './ports/models.js'
import { isLibrary, openLibrary, type OpenLibraryOptions } from './store/openLibrary.js'
import { restoreLibrary } from './store/restore.js'
import type { SqliteLibrary } from './store/sqliteLibrary.js'

/** Length of embeddings where neither model nor library names one. */
const USUAL_DIMENSION = 128

/** @param entriesDir folder of the built entries, where `faissWorker.cjs` is */
export function diskLibraries(entriesDir: string): Libraries {
  return {
    exists: isLibrary,
    open: (folder, how, encoder) => openWithIndex(folder, how, encoder, entriesDir),
  }
}

/**
 * Opens a library and the index of the model in use. Embeddings that another version of that model made are let
 * go: they would be compared with vectors of a different space.
 */
async function openWithIndex(
  folder: string,
  options: OpenLibraryOptions,
  encoder: ImageEncoder | undefined,
  entriesDir: string,
): Promise<OpenedLibrary> {
  const library = openLibrary(folder, options)
  try {
    if (encoder && !library.readOnly && library.bindModel(encoder.modelId, encoder.modelSha256))
      removeSnapshots(library.indexFolder)
    const modelId = encoder?.modelId ?? library.modelId
    const dimension = encoder?.dimension ?? library.embeddings.model(modelId)?.dimension ?? USUAL_DIMENSION
    const index = await LibraryIndex.open(library, modelId, dimension, faissThread(entriesDir))
    return joined(library, index, entriesDir)
  } catch (error) {
    library.close()
    const full = error instanceof HilumError && error.code === 'DISK_FULL'
    // The lock found room and what is written next did not: it can be read all the same.
    if (full && options.readOnly === 'whenHeld' && !library.readOnly)
      return await openWithIndex(folder, { readOnly: true }, encoder, entriesDir)
    throw error
  }
}

function joined(library: SqliteLibrary, index: LibraryIndex, entriesDir: string): OpenedLibrary {
  return {
    library,
    index,
    async withModel(encoder) {
      const thread = faissThread(entriesDir)
      const next = await LibraryIndex.open(library, encoder.modelId, encoder.dimension, thread)
      library.bindModel(encoder.modelId, encoder.modelSha256)
      // The snapshot is of one model; the other's vectors stay in the database, from which its index is built again.
      await index.discard()
      return joined(library, next, entriesDir)
    },
    async restore(backup, encoderNow, onProgress, signal) {
      const restored = await index.pausedFor(() => restoreLibrary(library, backup, onProgress, signal))
      const lock = library.handOverLock()
      const how = lock === undefined ? {} : { lock }
      return { ...restored, reopened: await openWithIndex(library.path, how, encoderNow, entriesDir) }
    },
    async close() {
      try {
        await index.close()
      } finally {
        library.close()
      }
    },
  }
}
