/** A library together with its index, as the workspace holds it. */
import { HilumError } from '@shared/errors.js'
import { LibraryIndex } from '../../index/libraryIndex.js'
import { faissThread } from '../../index/faissThread.js'
import { removeSnapshots } from '../../index/snapshot.js'
import type { ImageEncoder, Library, VectorIndex, Workspace } from '../../ports.js'
import { openLibrary, type OpenLibraryOptions } from '../../store/openLibrary.js'
import { SqliteLibrary } from '../../store/sqliteLibrary.js'

/** Length of embeddings where neither model nor library names one. */
const USUAL_DIMENSION = 128

export type OpenedLibrary = { library: SqliteLibrary; index: LibraryIndex; close(): Promise<void> }

/**
 * Opens a library and the index of the model in use. Embeddings that another version of that model made are let
 * go: they would be compared with vectors of a different space.
 * @param encoder undefined where no model is installed: cases and notes can be read all the same
 * @throws the errors of opening a library; ENGINE_FAILED with what to do where FAISS cannot be loaded
 */
export async function openWithIndex(
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
    return {
      library,
      index,
      async close() {
        try {
          await index.close()
        } finally {
          library.close()
        }
      },
    }
  } catch (error) {
    library.close()
    throw error
  }
}

/** The open library with the parts that only its own services use. @throws LIBRARY_NONE */
export function openedIn(workspace: Workspace): { library: SqliteLibrary; index: LibraryIndex } {
  const library: Library = workspace.library
  const index: VectorIndex = workspace.index
  if (!(library instanceof SqliteLibrary) || !(index instanceof LibraryIndex))
    throw new HilumError('LIBRARY_NONE')
  return { library, index }
}

/** The model in use, or undefined where none is installed. */
export function encoderIn(workspace: Workspace): ImageEncoder | undefined {
  try {
    return workspace.encoder
  } catch (error) {
    if (error instanceof HilumError && error.code.startsWith('MODEL_')) return undefined
    throw error
  }
}
