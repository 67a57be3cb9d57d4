/** The library port over SQLite and the object folder. Every change is one transaction, acknowledged after commit. */
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { CaseDetail, LabelConflict, LibraryInfo, Progress } from '@shared/domain/library.js'
import type { Note, NoteSearch } from '@shared/domain/notes.js'
import type { Filters } from '@shared/domain/search.js'
import { HilumError } from '@shared/errors.js'
import { guarded } from '../../node/storageErrors.js'
import type { Item } from '../ports/decoding.js'
import type { Added, Library, MeasuredRow, NewImage, StoredImage, VectorRow } from '../ports/library.js'
import { addImages } from './addImages.js'
import { AuditLog } from './audit.js'
import { backupLibrary } from './backup.js'
import { CaseRepository, type CaseQuery } from './caseRepository.js'
import { caseRowOf } from './caseRows.js'
import { checkLibrary } from './check.js'
import { Counters } from './counters.js'
import { EmbeddingRepository } from './embeddingRepository.js'
import { FilterCache } from './filterCache.js'
import { caseKeyOf, imageIdOf, imageKeyOf, noteKeyOf } from './ids.js'
import { ImageRepository } from './imageRepository.js'
import { libraryFiles } from './libraryFiles.js'
import { libraryInfoOf } from './libraryInfo.js'
import type { LibraryLock } from './lock.js'
import { measuredPage } from './measuredRows.js'
import { addEmbeddings, bindModel, prepareModel, type ImageEmbedding } from './modelChanges.js'
import { deleteNote, saveNote, type NoteToSave } from './noteChanges.js'
import { NoteRepository } from './noteRepository.js'
import { ObjectStore } from './objects.js'
import { PreviewStore, type Preview } from './previews.js'
import { Removals } from './removals.js'
import { LabelConflicts } from './labelConflicts.js'
import { LIBRARY_SETTING, SettingsRepository } from './settings.js'
import { markStaging, removeUnnamed, unmarkStaging } from './staging.js'
import { VectorRows } from './vectorRows.js'

export type LibraryState = {
  readOnly: boolean
  /** Why it is open for reading only. */
  reason?: string
  warnings: string[]
  lock?: LibraryLock
}

/** Changes that no filter looks at. */
const FACTS_STAY: ReadonlySet<string> = new Set(['note.save', 'note.delete', 'setting'])

export class SqliteLibrary implements Library {
  readonly path: string
  readonly readOnly: boolean
  readonly warnings: readonly string[]
  readonly db: Database
  readonly caseRepository: CaseRepository
  readonly images: ImageRepository
  readonly embeddings: EmbeddingRepository
  readonly noteRepository: NoteRepository
  readonly conflicts: LabelConflicts
  readonly objects: ObjectStore
  readonly previews: PreviewStore
  readonly auditLog: AuditLog
  readonly #settings: SettingsRepository
  readonly #counters: Counters
  readonly #state: LibraryState
  readonly #removals: Removals
  readonly #filters: FilterCache
  readonly #vectorRows: VectorRows
  #staging = 0
  /** Originals were left that no case names: the next opening sweeps them. */
  #leftOvers = false

  constructor(root: string, db: Database, state: LibraryState) {
    const files = libraryFiles(root)
    this.path = root
    this.readOnly = state.readOnly
    this.warnings = state.warnings
    this.db = db
    this.#state = state
    this.caseRepository = new CaseRepository(db)
    this.images = new ImageRepository(db)
    this.embeddings = new EmbeddingRepository(db)
    this.noteRepository = new NoteRepository(db)
    this.conflicts = new LabelConflicts(db)
    this.#settings = new SettingsRepository(db)
    this.#counters = new Counters(db)
    this.auditLog = new AuditLog(db)
    this.objects = new ObjectStore(files.objects)
    this.previews = new PreviewStore(files.previews)
    this.#removals = new Removals(this)
    this.#filters = new FilterCache(this)
    this.#vectorRows = new VectorRows(db)
  }

  get sequence(): number {
    return guarded(() => this.#counters.sequence)
  }

  /** Increases with every change of the embeddings only. */
  get vectorSequence(): number {
    return guarded(() => this.#counters.vectorSequence)
  }

  /** Changes when the database is replaced by a restored one: tells snapshots of the former apart. */
  get epoch(): string {
    return guarded(() => this.#counters.epoch)
  }

  get indexFolder(): string {
    return libraryFiles(this.path).index
  }

  vectorCount(modelId: string): number {
    return guarded(() => this.embeddings.count(modelId))
  }

  vectorPage(modelId: string, afterKey: number, limit: number) {
    return guarded(() => this.embeddings.page(modelId, afterKey, limit))
  }

  vectorsOfKeys(keys: readonly number[], dimension: number): Float32Array {
    return guarded(() => this.embeddings.ofKeys(keys, dimension))
  }

  removedSince(modelId: string, vectorSequence: number): number[] {
    return guarded(() => this.embeddings.removedSince(modelId, vectorSequence))
  }

  forgetRemovedUntil(vectorSequence: number): void {
    guarded(() => this.embeddings.forgetRemovedUntil(vectorSequence))
  }

  get folders(): { work: string; sample: string; measured: string } {
    const { work, sample, measured } = libraryFiles(this.path)
    return { work, sample, measured }
  }

  counts(): { cases: number; images: number } {
    return guarded(() => ({ cases: this.caseRepository.count(), images: this.images.count() }))
  }

  /** Index keys of all images of cases; unknown cases have none. */
  keysOfCases(caseIds: readonly string[]): number[] {
    return guarded(() =>
      this.keysOfImages(
        caseIds.flatMap((caseId) => this.images.ofCase(caseKeyOf(caseId)).map((each) => each.imageId)),
      ),
    )
  }

  /** Index keys of images. */
  keysOfImages(imageIds: readonly string[]): number[] {
    return guarded(() => imageIds.flatMap((imageId) => this.embeddings.keysOfImage(imageKeyOf(imageId))))
  }

  /** The model whose embeddings the library is searched by; empty before the first import. */
  get modelId(): string {
    const setting = this.setting(LIBRARY_SETTING.model)
    return typeof setting === 'string' ? setting : (this.embeddings.modelIds()[0] ?? '')
  }

  info(): LibraryInfo {
    return guarded(() => libraryInfoOf(this, this.#state.reason))
  }

  async stageOriginals(originals: readonly Uint8Array[]): Promise<{ done(): void }> {
    this.#mustWrite()
    if (this.#staging === 0) markStaging(this.path)
    this.#staging += 1
    let open = true
    const done = () => {
      if (!open) return
      open = false
      this.#staging -= 1
      if (this.#staging === 0 && !this.#leftOvers) unmarkStaging(this.path)
    }
    try {
      await this.objects.stage(originals.map((bytes) => ({ sha256: this.objects.nameOf(bytes), bytes })))
    } catch (error) {
      done()
      throw error
    }
    return { done }
  }

  discardOriginals(originals: readonly Uint8Array[]): void {
    this.#leftOvers = this.isStaging || !removeUnnamed(this, originals)
    if (this.#leftOvers) markStaging(this.path)
    else unmarkStaging(this.path)
  }

  /** Originals are on disk that no case names yet. */
  get isStaging(): boolean {
    return this.#staging > 0
  }

  addImages(images: readonly NewImage[]): Added[] {
    this.#mustWrite()
    return guarded(() => addImages(this, images))
  }

  labelConflicts(): { total: number; shown: LabelConflict[] } {
    return guarded(() => this.conflicts.list())
  }

  hasPixels(pixelSha256: string): boolean {
    return guarded(() => this.images.byPixels(pixelSha256) !== undefined)
  }

  cases(query: CaseQuery) {
    return guarded(() => {
      const filters = query.filters ?? {}
      // Words are for the index to count; filters are quicker counted in memory.
      const inMemory = Object.keys(filters).length > 0 && (query.words ?? '').trim() === ''
      return this.caseRepository.list(
        query,
        inMemory ? this.#filters.count(this.#factsVersion, filters) : undefined,
      )
    })
  }

  case(caseId: string): CaseDetail {
    return guarded(() => {
      const caseKey = caseKeyOf(caseId)
      const record = this.caseRepository.record(caseKey)
      return {
        ...caseRowOf(record),
        ...(record.licence === null ? {} : { licence: record.licence }),
        ...(record.sourceUrl === null ? {} : { sourceUrl: record.sourceUrl }),
        imageList: this.images.ofCase(caseKey).map(({ imageId, facts, view }) => ({ imageId, facts, view })),
        noteList: this.noteRepository.ofCase(caseKey),
      }
    })
  }

  setFindings(caseId: string, findings: readonly string[]): void {
    const caseKey = caseKeyOf(caseId)
    this.write('case.findings', caseId, { findings: [...findings] }, () => {
      this.caseRepository.record(caseKey)
      this.caseRepository.setFindings(caseKey, findings)
      this.caseRepository.refreshWords(caseKey)
      this.conflicts.settle(caseKey)
    })
  }

  deleteCases(caseIds: readonly string[]): number {
    return this.#removals.deleteCases(caseIds)
  }

  finishRemovals(): void {
    this.#removals.finish()
  }

  /** Keeps every object file while `work` runs, so that a backup finds what its database names. */
  keepingObjects<T>(work: () => Promise<T>): Promise<T> {
    return this.#removals.keepingObjects(work)
  }

  image(imageId: string): StoredImage {
    return guarded(() => this.images.stored(imageKeyOf(imageId)))
  }

  imageItem(imageId: string): Item {
    const stored = this.image(imageId)
    return { name: stored.file, locator: { kind: 'file', path: this.objects.placeOf(stored.objectSha256) } }
  }

  preview(imageId: string, maxSide: number): Preview | undefined {
    const { facts, objectSha256 } = this.image(imageId)
    return guarded(() => this.previews.get(objectSha256, maxSide, Math.max(facts.rows, facts.columns)))
  }

  savePreview(imageId: string, preview: Preview): void {
    if (this.readOnly) return
    const { objectSha256 } = this.image(imageId)
    guarded(() => this.previews.save(objectSha256, preview))
  }

  vectorRows(keys: readonly number[]): VectorRow[] {
    return guarded(() => this.#vectorRows.of(keys))
  }

  filteredKeys(filters: Filters, queryPatientId?: string) {
    return guarded(() => this.#filters.filtered(this.#factsVersion, filters, queryPatientId))
  }

  vectorsOfCases(caseIds: readonly string[], modelId: string) {
    return guarded(() =>
      caseIds.flatMap((caseId) =>
        this.embeddings.ofCase(caseKeyOf(caseId), modelId).map((each) => ({ ...each, caseId })),
      ),
    )
  }

  measuredPage(modelId: string, afterKey: number, limit: number): MeasuredRow[] {
    return guarded(() => measuredPage(this.db, this.embeddings.model(modelId)?.modelKey, afterKey, limit))
  }

  get factsVersion(): string {
    return guarded(() => this.#factsVersion)
  }

  get #factsVersion(): string {
    const { epoch, vectorSequence, factsSequence } = this.#counters
    return JSON.stringify([this.modelId, epoch, vectorSequence, factsSequence])
  }

  vectors(modelId: string) {
    return guarded(() => this.embeddings.all(modelId))
  }

  vectorOf(imageId: string, modelId: string): Float32Array | undefined {
    return guarded(() => this.embeddings.ofImage(imageKeyOf(imageId), modelId))
  }

  note(noteId: string): Note {
    return guarded(() => this.noteRepository.get(noteKeyOf(noteId)))
  }

  notes(caseId: string): Note[] {
    return guarded(() => {
      const caseKey = caseKeyOf(caseId)
      this.caseRepository.record(caseKey)
      return this.noteRepository.ofCase(caseKey)
    })
  }

  saveNote(note: NoteToSave): Note {
    return saveNote(this, note)
  }

  noteHistory(noteId: string) {
    return guarded(() => this.noteRepository.history(noteKeyOf(noteId)))
  }

  deleteNote(noteId: string): boolean {
    return deleteNote(this, noteId)
  }

  searchNotes(text: string, k: number, offset: number): NoteSearch {
    return guarded(() => this.noteRepository.search(text, k, offset))
  }

  setting(key: string): unknown {
    return guarded(() => this.#settings.get(key))
  }

  setSetting(key: string, value: unknown): void {
    this.write('setting', key, {}, () => this.#settings.set(key, value))
  }

  /** Inside a transaction under way: the library is searched by this model from now on. */
  rememberModel(modelId: string): void {
    this.#settings.set(LIBRARY_SETTING.model, modelId)
  }

  bindModel(modelId: string, sha256: string): boolean {
    return bindModel(this, this.#settings, modelId, sha256)
  }

  prepareModel(modelId: string, sha256: string): void {
    prepareModel(this, this.#settings, modelId, sha256)
  }

  imagesWithoutEmbedding(modelId: string, limit: number): string[] {
    return guarded(() => this.embeddings.imagesWithout(modelId, limit).map(imageIdOf))
  }

  addEmbeddings(modelId: string, entries: readonly ImageEmbedding[]): number[] {
    return addEmbeddings(this, modelId, entries)
  }

  /** The lock goes to the library that is opened in this one's place. */
  handOverLock(): LibraryLock | undefined {
    const { lock } = this.#state
    delete this.#state.lock
    return lock
  }

  setName(name: string): void {
    this.setSetting(LIBRARY_SETTING.name, name)
  }

  backupsMade(): string[] {
    return guarded(() => {
      const files = this.auditLog.ofAction('library.backup').map(({ subject, detail }) => {
        const { place } = JSON.parse(detail) as { place?: string }
        return place === undefined ? subject : join(place, subject)
      })
      return [...new Set(files)]
    })
  }

  auditEntries(offset: number, limit: number) {
    return guarded(() => {
      const firstBroken = this.auditLog.firstBroken()
      return {
        ...this.auditLog.page(offset, limit),
        ...(firstBroken === undefined ? {} : { firstBroken }),
      }
    })
  }

  audit(action: string, subject: string, detail: Record<string, unknown> = {}): void {
    if (this.readOnly) return
    guarded(() => this.db.transaction(() => this.auditLog.append(action, subject, detail)).immediate())
  }

  check(onProgress?: (p: Progress) => void) {
    return guarded(() => checkLibrary(this, onProgress))
  }

  backup(file: string, onProgress?: (p: Progress) => void, signal?: AbortSignal) {
    return backupLibrary(this, file, onProgress, signal)
  }

  close(): void {
    if (!this.db.open) return
    try {
      if (!this.readOnly) this.#tidy()
    } finally {
      try {
        this.db.close()
      } finally {
        this.#state.lock?.release()
      }
    }
  }

  /** Keeps the planner's figures fresh; a disk too full for them must not stand in the way of closing. */
  #tidy(): void {
    try {
      guarded(() => this.db.pragma('optimize'))
    } catch (error) {
      if (!(error instanceof HilumError)) throw error
    }
  }

  /**
   * One change: its rows, its audit entry and the raised counter in one transaction.
   * @throws LIBRARY_READ_ONLY, DISK_FULL, STORAGE_FAILED; then nothing has changed
   */
  write<T>(action: string, subject: string, detail: Record<string, unknown>, change: () => T): T {
    this.#mustWrite()
    return guarded(() =>
      this.db
        .transaction(() => {
          const value = change()
          this.auditLog.append(action, subject, detail)
          this.#counters.raise(false)
          if (!FACTS_STAY.has(action)) this.#counters.raiseFacts()
          return value
        })
        .immediate(),
    )
  }

  /** Inside a change that adds or removes embeddings. */
  vectorsChanged(): void {
    this.#counters.raise(true)
  }

  #mustWrite(): void {
    if (this.readOnly)
      throw new HilumError('LIBRARY_READ_ONLY', undefined, { detail: this.#state.reason ?? '' })
  }
}
