/**
 * The ports of the engine: services depend on these interfaces, adapters implement them, createEngine joins
 * them. Units and shapes are part of the port.
 */
import type { FileFacts, Source, StudyFacts } from '@shared/domain/images.js'
import type { AuditEntry, CaseDetail, CaseRow, LibraryInfo, Progress } from '@shared/domain/library.js'
import type { Note, NoteSearch } from '@shared/domain/notes.js'
import type { Filters } from '@shared/domain/search.js'
import type { Tag, ViewerFrame, DecodeReport } from '@shared/domain/viewer.js'
import type { Method, Output, Parsed } from '@shared/contract.js'
import type { Problem } from '@shared/errors.js'
import type { ModelPack } from '@shared/modelPack.js'

/* ---- decoding: src/engine/ingest, src/engine/imaging -------------------------------------------- */

/** One decodable thing found in what was dropped: a file, an archive entry, a row of an NPZ array. */
export type Item = {
  /** Name for people: path relative to what was dropped, `/`-separated, archive and entry joined by `/`. */
  name: string
  /** How the decode process gets the bytes. */
  locator:
    | { kind: 'file'; path: string }
    | { kind: 'bytes'; bytes: Uint8Array }
    | { kind: 'zipEntry'; archive: { path: string } | { bytes: Uint8Array }; entry: string }
    | { kind: 'npzRow'; archive: { path: string } | { bytes: Uint8Array }; split: string; row: number }
  /** Class from a folder's name or an NPZ label, upper case; absent when unlabelled. */
  finding?: string
  /** Metadata from a labels file. */
  labels?: ItemLabels
}
export type ItemLabels = {
  finding?: string
  patientId?: string
  studyDate?: string
  view?: string
  sex?: 'F' | 'M' | 'O'
  age?: number
  sourceUrl?: string
  licence?: string
  notes?: string
}

export type ListedFailure = { file: string; problem: Problem }
/** Walks what was dropped. `items` is lazy so that counting does not decode; failures come as they are met. */
export interface SourceLister {
  /** @param split from `file.npz#train`; classes for other NPZ labels. Signal cancels between entries. */
  list(
    sources: readonly Source[],
    options: {
      labels?: Source
      classes?: readonly string[]
      signal?: AbortSignal
    },
  ): AsyncIterable<{ item: Item } | { failure: ListedFailure }>
}

/** Grey display values of one frame after modality LUT, VOI (default window) and polarity: bone is white. */
export type DisplayImage = {
  rows: number
  columns: number
  /** rows * columns values, row by row, 0 (black) to 65535 (white). */
  values: Uint16Array
}

export type Decoded = {
  name: string
  facts: FileFacts
  study: StudyFacts
  view: 'frontal' | 'lateral' | 'other' | 'unknown'
  cautions: string[]
  /** First 64 hex: sha256 of `${rows}x${columns}x${samplesPerPixel}x${bytesPerSample}:` and the little-endian stored samples, frame 0. */
  pixelSha256: string
  seriesNumber?: number
  instanceNumber?: number
  seriesDescription?: string
  /** Present when asked for by `want`. */
  display?: DisplayImage
  preview?: { mime: 'image/jpeg' | 'image/png'; bytes: Uint8Array; rows: number; columns: number }
  /** The original file's bytes as the library keeps them (for an NPZ row: a PNG of it). Present when asked for. */
  original?: Uint8Array
  /** Free text in the file fit for a case note (DICOM ImageComments, SR text …). */
  notes?: string
}

/** Decodes in a supervised process: time and memory bounded; a crash or hang is a problem, never an exception of ours. */
export interface Decoder {
  decode(
    item: Item,
    want: {
      display?: boolean
      /** Longest side of the preview in pixels. */
      preview?: number
      /** No preview of an image that is no larger than one: it is made when somebody looks. */
      previewIfLarger?: boolean
      original?: boolean
      frame?: number
    },
    signal?: AbortSignal,
  ): Promise<Decoded>
  /** Rows of one NPZ split as one batch: far faster than row by row. `values` is n * rows * columns, 0..65535. */
  decodeNpz(
    archive: { path: string } | { bytes: Uint8Array },
    split: string,
    signal?: AbortSignal,
  ): Promise<{ n: number; rows: number; columns: number; values: Uint16Array; pixelSha256: string[] }>
  frame(item: Item, frame: number, maxSide: number | undefined, signal?: AbortSignal): Promise<ViewerFrame>
  tags(item: Item, signal?: AbortSignal): Promise<Tag[]>
  describe(
    item: Item,
    png: boolean,
    signal?: AbortSignal,
  ): Promise<{ report: DecodeReport; png?: Uint8Array }>
  /** Ends the decode processes. */
  close(): Promise<void>
}

/* ---- encoding: src/engine/encoders ---------------------------------------------------------------- */

export type Patches = {
  /** Patch rows, columns. */
  grid: readonly [number, number]
  dimension: number
  /** grid[0] * grid[1] * dimension, row by row. Their mean, L2-normalised, is the image embedding. */
  values: Float32Array
}
export type ImageEmbedding = {
  embedding: Float32Array
  patches?: Patches
  seen?: { rows: number; columns: number; values: Float32Array }
}

export interface ImageEncoder {
  readonly modelId: string
  /** SHA-256 of the image tower's ONNX file. */
  readonly modelSha256: string
  readonly dimension: number
  readonly grid: readonly [number, number]
  readonly receptiveField: number
  readonly provider: { name: string; threads: number; note?: string }
  /** @param images any sizes; batched by equal size inside. Embeddings have unit length. */
  encode(
    images: readonly DisplayImage[],
    options?: { patches?: boolean; seen?: boolean },
  ): Promise<ImageEmbedding[]>
}
export interface TextEncoder {
  readonly dimension: number
  encode(text: string): Promise<{ embedding: Float32Array; answerable: number; abstain: boolean }>
}

/** A pack whose every file was read once and matches the manifest. The bytes checked are the bytes used. */
export type VerifiedPack = {
  folder: string
  manifest: ModelPack
  manifestBytes: Uint8Array
  /** SHA-256 of the image tower's ONNX file: the model's identity beside its id. */
  sha256: string
  files: ReadonlyMap<string, Uint8Array>
}
export type Closing<T> = T & { close(): Promise<void> }
/** Model packs on disk and the encoders they hold. */
export interface ModelPacks {
  /** Folders that look like packs, in order of preference; an id that occurs twice counts once. */
  folders(): Promise<string[]>
  /** The manifest alone. @throws MODEL_INVALID */
  manifest(folder: string): Promise<ModelPack>
  /**
   * Reads and checks a whole pack.
   * @param anyName for a pack not installed yet, whose folder may be called otherwise than its id
   * @throws MODEL_INVALID with the reason
   */
  verify(folder: string, anyName?: boolean): Promise<VerifiedPack>
  /** Copies a verified pack into the user's models. @throws MODEL_INVALID, DISK_FULL, STORAGE_FAILED */
  install(pack: VerifiedPack): Promise<string>
  /**
   * On the CPU.
   * @param knownThreads measured before on this machine; measured now when undefined
   * @throws MODEL_INVALID when the tower's answers are not what the manifest says
   */
  openImage(
    pack: VerifiedPack,
    knownThreads: number | undefined,
  ): Promise<{ encoder: Closing<ImageEncoder>; measured: boolean; milliseconds?: number }>
  /** Execution providers this build of the runtime knows. */
  providers(): Promise<string[]>
  /** On an execution provider that was tried in another process before. @throws MODEL_INVALID */
  openImageOn(pack: VerifiedPack, provider: string): Promise<Closing<ImageEncoder>>
  /** Undefined for a pack without a text tower. @throws MODEL_INVALID */
  openText(pack: VerifiedPack): Promise<Closing<TextEncoder> | undefined>
}

/* ---- index: src/engine/index ---------------------------------------------------------------------- */

/** Inner-product index over unit vectors; `key` is the embedding's row id in the store. */
export interface VectorIndex {
  readonly size: number
  readonly kind: string
  /** k best keys, descending score; ties by ascending key. `allow` restricts to a set of keys. */
  search(
    vector: Float32Array,
    k: number,
    allow?: ReadonlySet<number>,
  ): Promise<{ keys: Float64Array; scores: Float32Array }>
  /**
   * The k best keys of each of several vectors (count * dimension), row by row: far cheaper than one by one. Ties are
   * in no order. `keys` and `scores` hold count rows of equal length, k or the index's size.
   */
  searchMany(vectors: Float32Array, k: number): Promise<{ keys: Float64Array; scores: Float32Array }>
  add(keys: readonly number[], vectors: Float32Array): Promise<void>
  remove(keys: readonly number[]): Promise<void>
}
/** The index of an open library, kept in step with its database and, from some size on, in a snapshot. */
export interface StoredIndex extends VectorIndex {
  /** Bytes of the snapshot on disk. */
  readonly bytes: number
  /** Writes a snapshot when something changed; a failure costs only time at the next start. */
  saveQuietly(): Promise<void>
  /** Builds the index anew from the database, whatever was there. */
  rebuild(): Promise<void>
  /** Builds it anew where it is not what the database says. True when it did. */
  repair(): Promise<boolean>
}

/* ---- store: src/engine/store ---------------------------------------------------------------------- */

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
  /** Adds images in one transaction after their objects are on disk; returns ids in order, or 'duplicate'. */
  addImages(images: readonly NewImage[]): ({ imageId: string; caseId: string } | 'duplicate')[]
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

/* ---- processes -------------------------------------------------------------------------------------- */

export interface Child {
  readonly pid: number | undefined
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: (reason: string) => void): void
  kill(): void
}
/** What a process of its own found when it ran a model pack on an execution provider. */
export type Trial = {
  available: boolean
  reason: string
  /** The problem's sentence, where the pack itself is at fault. */
  message?: string
  /** Of one 224 x 224 image: median of three. */
  milliseconds?: number
  /** Of a drawn picture, to be compared between providers. */
  embedding?: number[]
}
/** Starts processes of ours: `child_process.fork` under Node, a utility process asked of main in Electron. */
export interface Processes {
  start(entry: 'decoder' | 'probe'): Child
}

/* ---- calls: src/engine/dispatch.ts ------------------------------------------------------------------ */

/** What a service gets beside its input. */
export type CallContext = {
  /** Aborts when the caller cancels; services throw `HilumError('CANCELLED')` or the signal's own AbortError. */
  readonly signal: AbortSignal
  /** May be called as often as convenient: the dispatcher thins it to about ten a second, the last one always goes. */
  readonly progress: (progress: Progress) => void
}
/** One line of the engine's table of services: parsed input in, output of the contract out, `HilumError` thrown. */
export type Handler<M extends Method> = (
  input: Parsed<M>,
  context: CallContext,
) => Output<M> | Promise<Output<M>>

/**
 * What is open in the engine now. Services keep the workspace, never the library itself: `library.open` changes it.
 * The getters throw LIBRARY_NONE and MODEL_NOT_FOUND.
 */
export interface Workspace {
  readonly library: Library
  readonly index: StoredIndex
  readonly encoder: ImageEncoder
  readonly hasLibrary: boolean
  /** Makes this the open library (the one before is closed) and tells the hosts. */
  adopt(opened: Pick<OpenedLibrary, 'library' | 'index' | 'close'>): Promise<void>
  /** Another model's index over the library that is open; nothing is closed. Tells the hosts. */
  exchange(opened: Pick<OpenedLibrary, 'library' | 'index' | 'close'>): void
  /** To be called after every committed change of the library: hosts get its new figures, caches let go. */
  changed(): void
}
