/** The case library (adapters: store, diskLibraries, recentLibraries). Services depend on this port, adapters implement it, createEngine joins them; units and shapes are part of it. */
import type { FileFacts, StudyFacts } from '@shared/domain/images.js'
import type {
  AuditEntry,
  CaseDetail,
  CaseRow,
  LabelConflict,
  LibraryInfo,
  Progress,
} from '@shared/domain/library.js'
import type { Note, NoteSearch } from '@shared/domain/notes.js'
import type { Filters } from '@shared/domain/search.js'
import type { Decoded, Item, ItemLabels } from './decoding.js'
import type { ImageEncoder } from './models.js'
import type { StoredIndex } from './vectorIndex.js'

export type NewImage = {
  decoded: Decoded
  /** `original` bytes are kept as an object under their SHA-256. */
  original: Uint8Array
  preview?: NonNullable<Decoded['preview']>
  findings: readonly string[]
  labels?: ItemLabels
  sourceName?: string
  embedding: Float32Array
  modelId: string
}
/** What became of an image: its ids, pixels the library has already, or such pixels with findings that contradict it. */
export type Added = { imageId: string; caseId: string } | 'duplicate' | { conflict: LabelConflict }

export type StoredImage = {
  imageId: string
  caseId: string
  file: string
  facts: FileFacts
  study: StudyFacts
  view: 'frontal' | 'lateral' | 'other' | 'unknown'
  pixelSha256: string
  objectSha256: string
}

/** What the search needs of a vector's image, in one look-up. */
export type VectorRow = {
  key: number
  imageId: string
  row: CaseRow
  file: string
  view: Decoded['view']
}

/** What measuring the library needs of a vector's image: facts of its case, and the hashes a model knows it by. */
export type MeasuredRow = {
  key: number
  imageId: string
  caseId: string
  file: string
  sha256: string
  pixelSha256: string
  findings: readonly string[]
  patientId?: string
  sex?: string
  age?: number
  view: Decoded['view']
  source?: string
  studyDate?: string
  importedAt: string
}

/** A library open in this process. All methods throw `HilumError`; reads are synchronous SQLite. */
export interface Library {
  readonly path: string
  readonly readOnly: boolean
  /**
   * A folder for passing work, emptied when the library opens, the one of its sample study, and the one of what was
   * measured. Each may be missing.
   */
  readonly folders: { readonly work: string; readonly sample: string; readonly measured: string }
  /** Increases with every committed change; snapshots and caches name it. */
  readonly sequence: number
  /**
   * Changes with embeddings, findings and case facts, not with notes and settings, and says the same in the next
   * process: figures about cases name it.
   */
  readonly factsVersion: string
  info(): LibraryInfo
  counts(): { cases: number; images: number }
  setName(name: string): void

  /**
   * Makes originals durable ahead of `addImages`, many at once. Until `done` of the answer is called, a check
   * takes files that no case names for staged, not for left over.
   */
  stageOriginals(originals: readonly Uint8Array[]): Promise<{ done(): void }>
  /**
   * Removes staged originals that no case came to name. Left alone while others are staged, which may be the same, and
   * where the disk refuses: they are swept when the library opens the next time. Never throws.
   */
  discardOriginals(originals: readonly Uint8Array[]): void
  /** Adds images in one transaction after their objects are on disk; returns what became of each, in order. */
  addImages(images: readonly NewImage[]): Added[]
  /** Copies that imports left out though their findings contradict their case's; until somebody sets these. */
  labelConflicts(): { total: number; shown: LabelConflict[] }
  hasPixels(pixelSha256: string): boolean

  cases(query: {
    offset: number
    limit: number
    words?: string
    filters?: Filters
    sort?: string
    descending?: boolean
  }): { total: number; rows: CaseRow[] }
  case(caseId: string): CaseDetail
  setFindings(caseId: string, findings: readonly string[]): void
  deleteCases(caseIds: readonly string[]): number
  image(imageId: string): StoredImage
  /** The original file, as a decodable item. */
  imageItem(imageId: string): Item
  preview(
    imageId: string,
    maxSide: number,
  ): { mime: 'image/jpeg' | 'image/png'; bytes: Uint8Array; rows: number; columns: number } | undefined
  savePreview(imageId: string, preview: NonNullable<Decoded['preview']>): void

  /** Rows behind index keys, in the order asked; missing ones are left out. */
  vectorRows(keys: readonly number[]): VectorRow[]
  /** Keys whose images pass the filters, and the count with each single filter removed. */
  filteredKeys(
    filters: Filters,
    queryPatientId?: string,
  ): { keys: Set<number>; withoutFilter: Record<string, number> }
  /** Every vector of a model, in key order: n * dimension. */
  vectors(modelId: string): { keys: Float64Array; vectors: Float32Array; dimension: number }
  vectorOf(imageId: string, modelId: string): Float32Array | undefined
  vectorCount(modelId: string): number
  /** Vectors of index keys, in the order asked; a missing key is a row of zeros. */
  vectorsOfKeys(keys: readonly number[], dimension: number): Float32Array
  /** Index keys of images, and of all images of cases; unknown ones have none. */
  keysOfImages(imageIds: readonly string[]): number[]
  keysOfCases(caseIds: readonly string[]): number[]
  /** Lets go of embeddings that another file of this model's name made. */
  prepareModel(modelId: string, sha256: string): void
  /** Images that have no embedding of a model yet, oldest first. */
  imagesWithoutEmbedding(modelId: string, limit: number): string[]
  /** Adds embeddings to images that have none; images deleted meanwhile are left out. Returns the keys. */
  addEmbeddings(modelId: string, entries: readonly { imageId: string; embedding: Float32Array }[]): number[]
  /** Keys and vectors of these cases' images under a model; cases without one are left out. */
  vectorsOfCases(
    caseIds: readonly string[],
    modelId: string,
  ): { key: number; caseId: string; vector: Float32Array }[]
  /** Facts behind at most `limit` keys of a model above `afterKey`, in key order. */
  measuredPage(modelId: string, afterKey: number, limit: number): MeasuredRow[]

  note(noteId: string): Note
  notes(caseId: string): Note[]
  saveNote(note: { caseId: string; noteId?: string; text: string; author?: string }): Note
  noteHistory(noteId: string): { text: string; at: string; author?: string }[]
  deleteNote(noteId: string): boolean
  searchNotes(text: string, k: number, offset: number): NoteSearch

  setting(key: string): unknown
  setSetting(key: string, value: unknown): void
  /** One entry of its own, committed when this returns. Subject and detail carry ids and counts, never names. */
  audit(action: string, subject: string, detail?: Record<string, unknown>): void
  /** Files that backups of this library were written to, newest first, whether or not they are still there. */
  backupsMade(): string[]
  /** Newest first; `firstBroken` when the chain of hashes does not hold. */
  auditEntries(offset: number, limit: number): { total: number; entries: AuditEntry[]; firstBroken?: number }

  check(onProgress?: (p: Progress) => void): {
    problems: { code: string; message: string }[]
    repaired: string[]
  }
  backup(
    file: string,
    onProgress?: (p: Progress) => void,
    signal?: AbortSignal,
  ): Promise<{ images: number; bytes: number }>
  close(): void
}

/** A library together with the index of the model in use. */
export type OpenedLibrary = {
  library: Library
  index: StoredIndex
  /**
   * The same open library with the index of another model, to which it is tied from now on. The index of the model
   * before is closed, its embeddings stay.
   */
  withModel(encoder: ImageEncoder): Promise<OpenedLibrary>
  /**
   * Puts a backup in the place of the library's content and opens it anew; the lock goes with it. This one is
   * closed by the caller.
   * @throws LIBRARY_CORRUPT, LIBRARY_NEWER, DISK_FULL, CANCELLED; then the library is as it was
   */
  restore(
    backup: string,
    encoder: ImageEncoder | undefined,
    onProgress?: (p: Progress) => void,
    signal?: AbortSignal,
  ): Promise<{ images: number; bytes: number; reopened: OpenedLibrary }>
  close(): Promise<void>
}
/** The libraries on this computer's disks. */
export interface Libraries {
  /** True when the folder holds a library. */
  exists(folder: string): boolean
  /**
   * Opens a library and its index.
   * @param encoder undefined where no model is installed: cases and notes can be read all the same
   * @throws LIBRARY_NOT_FOUND, LIBRARY_HELD, LIBRARY_NEWER, LIBRARY_CORRUPT, LIBRARY_UNWRITABLE, DISK_FULL;
   * ENGINE_FAILED where FAISS cannot be loaded
   */
  open(
    folder: string,
    how: { create?: boolean; readOnly?: boolean | 'whenHeld' },
    encoder: ImageEncoder | undefined,
  ): Promise<OpenedLibrary>
}
export type RecentLibrary = Pick<LibraryInfo, 'path' | 'name' | 'cases' | 'synthetic'>
/** The libraries this user opened last, newest first. */
export interface RecentLibraries {
  /** Those that are still there. */
  list(): RecentLibrary[]
  /** Puts a library first. A list that cannot be written costs convenience only. */
  remember(info: RecentLibrary): void
}
