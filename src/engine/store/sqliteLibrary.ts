/** The library port over SQLite and the object folder. Every change is one transaction, acknowledged after commit. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Database } from 'better-sqlite3'
import type { CaseDetail, Filters, LibraryInfo, Note, NoteSearch, Progress } from '@shared/domain.js'
import { HilumError } from '@shared/errors.js'
import type { Item, Library, NewImage, StoredImage, VectorRow } from '../ports.js'
import { AuditLog } from './audit.js'
import { backupLibrary } from './backup.js'
import { caseRowOf } from './caseRows.js'
import { CaseFactsTable } from './caseFactsTable.js'
import { CaseRepository, type CaseQuery } from './caseRepository.js'
import { checkLibrary } from './check.js'
import { Counters } from './counters.js'
import { EmbeddingRepository } from './embeddingRepository.js'
import { folderBytes, sizeOf } from './files.js'
import { caseKeyOf, imageIdOf, imageKeyOf, noteKeyOf } from './ids.js'
import { ImageRepository } from './imageRepository.js'
import { addImages } from './addImages.js'
import { libraryFiles } from './libraryFiles.js'
import type { LibraryLock } from './lock.js'
import { schemaVersion } from './migrations.js'
import { NoteRepository } from './noteRepository.js'
import { ObjectStore, type StagedObject } from './objects.js'
import { PreviewStore, type Preview } from './previews.js'
import { SettingsRepository } from './settings.js'
import { guarded } from './storageErrors.js'

export type LibraryState = {
  readOnly: boolean
  /** Why it is open for reading only. */
  reason?: string
  warnings: string[]
  lock?: LibraryLock
}

/** Settings the library itself reads. */
const SETTING = { model: 'library.model', name: 'library.name', sample: 'library.sampleImageId' } as const

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
  readonly objects: ObjectStore
  readonly previews: PreviewStore
  readonly auditLog: AuditLog
  readonly #settings: SettingsRepository
  readonly #counters: Counters
  readonly #state: LibraryState
  /** Backups under way: object files they may still need stay until they end. */
  #keepers = 0
  #staging = 0
  #facts: { version: string; table: CaseFactsTable } | undefined
  #filtered: { key: string; value: ReturnType<CaseFactsTable['filtered']> } | undefined
  /** Raised by this process's changes of what filters look at: notes and settings leave the facts as they are. */
  #factsChanges = 0

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
    this.#settings = new SettingsRepository(db)
    this.#counters = new Counters(db)
    this.auditLog = new AuditLog(db)
    this.objects = new ObjectStore(files.objects)
    this.previews = new PreviewStore(files.previews)
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
    const setting = this.setting(SETTING.model)
    return typeof setting === 'string' ? setting : (this.embeddings.modelIds()[0] ?? '')
  }

  info(): LibraryInfo {
    return guarded(() => {
      const files = libraryFiles(this.path)
      const databaseBytes = ['', '-wal', '-shm'].reduce(
        (sum, ending) => sum + (sizeOf(files.database + ending) ?? 0),
        0,
      )
      const model = this.modelId
      const name = this.setting(SETTING.name)
      const sample = this.setting(SETTING.sample)
      return {
        path: this.path,
        name: typeof name === 'string' ? name : path.basename(this.path),
        cases: this.caseRepository.count(),
        images: this.images.count(),
        patients: this.caseRepository.patientCount(),
        findings: this.caseRepository.countsByFinding(),
        sources: this.caseRepository.countsBySource(),
        model,
        indexKind: 'IndexFlatIP',
        indexVectors: this.embeddings.count(model),
        schemaVersion: schemaVersion(this.db),
        bytes: databaseBytes + this.images.objectTotals().bytes + folderBytes(files.index),
        readOnly: this.readOnly,
        ...(this.#state.reason === undefined ? {} : { heldBy: this.#state.reason }),
        synthetic: this.caseRepository.allSynthetic(),
        ...(typeof sample === 'string' ? { sampleImageId: sample } : {}),
        ...(fs.existsSync(files.sample) ? { sample: true } : {}),
      }
    })
  }

  /**
   * Makes originals durable ahead of {@link addImages}, many at once. Until `done` of the answer is called, a
   * check takes files that no case names for staged, not for left over.
   */
  async stageObjects(objects: readonly StagedObject[]): Promise<{ done(): void }> {
    this.#mustWrite()
    this.#staging += 1
    let open = true
    const done = () => {
      if (open) this.#staging -= 1
      open = false
    }
    try {
      await this.objects.stage(objects)
    } catch (error) {
      done()
      throw error
    }
    return { done }
  }

  /** Originals are on disk that no case names yet. */
  get isStaging(): boolean {
    return this.#staging > 0
  }

  addImages(images: readonly NewImage[]): ({ imageId: string; caseId: string } | 'duplicate')[] {
    this.#mustWrite()
    return guarded(() => addImages(this, images))
  }

  hasPixels(pixelSha256: string): boolean {
    return guarded(() => this.images.byPixels(pixelSha256) !== undefined)
  }

  cases(query: CaseQuery) {
    return guarded(() => {
      const filters = query.filters ?? {}
      // Words are for the index to count; filters are quicker counted in memory.
      const inMemory = Object.keys(filters).length > 0 && (query.words ?? '').trim() === ''
      return this.caseRepository.list(query, inMemory ? this.#factsTable().count(filters) : undefined)
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
    })
  }

  /** Deletes cases with all that is theirs; unknown ids are left out of the count. */
  deleteCases(caseIds: readonly string[]): number {
    const caseKeys = [...new Set(caseIds.map(caseKeyOf))]
    let deleted = 0
    this.write(
      'case.delete',
      caseIds.length === 1 ? (caseIds[0] ?? '') : `${caseIds.length} cases`,
      {},
      () => {
        const vectorSequence = this.vectorSequence + 1
        for (const caseKey of caseKeys) {
          if (!this.caseRepository.findRecord(caseKey)) continue
          const images = this.images.ofCase(caseKey)
          for (const { imageId } of images) this.embeddings.noteRemoved(imageKeyOf(imageId), vectorSequence)
          this.noteRepository.removeOfCase(caseKey)
          this.db.prepare('DELETE FROM caseWords WHERE caseKey = ?').run(caseKey)
          this.caseRepository.remove(caseKey)
          this.images.releaseObjects(images.map((each) => each.objectSha256))
          this.auditLog.append('case.deleted', `case ${caseKey}`)
          deleted += 1
        }
        this.caseRepository.removePatientsWithoutCases()
        this.#counters.raise(true)
      },
    )
    this.finishRemovals()
    return deleted
  }

  /** Removes files whose rows are gone and empties the write-ahead log of deleted content. */
  finishRemovals(): void {
    if (this.readOnly || this.#keepers > 0) return
    guarded(() => {
      const pending = this.images.pendingRemovals()
      if (pending.length === 0) return
      for (const sha256 of pending) {
        this.objects.remove(sha256)
        this.previews.remove(sha256)
      }
      this.db.transaction(() => pending.forEach((sha256) => this.images.removalDone(sha256))).immediate()
      this.db.pragma('wal_checkpoint(TRUNCATE)')
    })
  }

  /** Keeps every object file while `work` runs, so that a backup finds what its database names. */
  async keepingObjects<T>(work: () => Promise<T>): Promise<T> {
    this.#keepers += 1
    try {
      return await work()
    } finally {
      this.#keepers -= 1
      this.finishRemovals()
    }
  }

  image(imageId: string): StoredImage {
    return guarded(() => this.images.stored(imageKeyOf(imageId)))
  }

  imageItem(imageId: string): Item {
    const stored = this.image(imageId)
    return { name: stored.file, locator: { kind: 'file', path: this.objects.pathOf(stored.objectSha256) } }
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
    return guarded(() => {
      const rows: VectorRow[] = []
      for (const key of keys) {
        const imageKey = this.embeddings.imageKeyOf(key)
        if (imageKey === undefined) continue
        const stored = this.images.stored(imageKey)
        const row = caseRowOf(this.caseRepository.record(caseKeyOf(stored.caseId)))
        rows.push({ key, imageId: stored.imageId, row, file: stored.file })
      }
      return rows
    })
  }

  filteredKeys(filters: Filters, queryPatientId?: string) {
    return guarded(() => {
      const key = JSON.stringify([this.#factsVersion, filters, queryPatientId])
      if (this.#filtered?.key !== key)
        this.#filtered = { key, value: this.#factsTable().filtered(filters, queryPatientId) }
      return this.#filtered.value
    })
  }

  get #factsVersion(): string {
    return JSON.stringify([this.modelId, this.readOnly ? this.sequence : this.#factsChanges])
  }

  #factsTable(): CaseFactsTable {
    const version = this.#factsVersion
    if (this.#facts?.version !== version) {
      const modelKey = this.embeddings.model(this.modelId)?.modelKey ?? 0
      this.#facts = { version, table: new CaseFactsTable(this.db, modelKey) }
    }
    return this.#facts.table
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

  saveNote(note: { caseId: string; noteId?: string; text: string; author?: string }): Note {
    const caseKey = caseKeyOf(note.caseId)
    const known = note.noteId === undefined ? undefined : noteKeyOf(note.noteId)
    const noteKey = this.write('note.save', note.caseId, {}, () => {
      this.caseRepository.record(caseKey)
      const at = new Date().toISOString()
      if (known === undefined) return this.noteRepository.add(caseKey, note.text, note.author, at)
      if (this.noteRepository.caseKeyOfNote(known) !== caseKey)
        throw new HilumError('CASE_NOT_FOUND', 'This note is not in the case any more.')
      this.noteRepository.change(known, note.text, note.author, at)
      return known
    })
    return guarded(() => this.noteRepository.get(noteKey))
  }

  noteHistory(noteId: string) {
    return guarded(() => this.noteRepository.history(noteKeyOf(noteId)))
  }

  deleteNote(noteId: string): boolean {
    const noteKey = noteKeyOf(noteId)
    const caseKey = guarded(() => this.noteRepository.caseKeyOfNote(noteKey))
    if (caseKey === undefined) return false
    this.write('note.delete', noteId, {}, () => this.noteRepository.remove(noteKey, caseKey))
    guarded(() => this.db.pragma('wal_checkpoint(TRUNCATE)'))
    return true
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

  /** The library is searched by this model from now on. */
  useModel(modelId: string): void {
    if (this.setting(SETTING.model) !== modelId) this.setSetting(SETTING.model, modelId)
  }

  /** The same inside a transaction under way. */
  rememberModel(modelId: string): void {
    this.#settings.set(SETTING.model, modelId)
  }

  /**
   * Ties a model's name to the file that is in use. Embeddings another file of that name made are removed:
   * they belong to another space.
   * @returns true when embeddings were removed
   */
  bindModel(modelId: string, sha256: string): boolean {
    const key = `library.modelSha256.${modelId}`
    const bound = this.setting(key)
    if (bound === sha256 && this.setting(SETTING.model) === modelId) return false
    return this.write('model.use', modelId, { sha256 }, () => {
      const foreign = bound !== undefined && bound !== sha256
      const removed = foreign ? this.embeddings.removeModel(modelId) : 0
      this.#settings.set(key, sha256)
      this.rememberModel(modelId)
      if (removed > 0) this.vectorsChanged()
      return removed > 0
    })
  }

  /** Images that have no embedding of a model yet, oldest first. */
  imagesWithoutEmbedding(modelId: string, limit: number): string[] {
    return guarded(() => this.embeddings.imagesWithout(modelId, limit).map(imageIdOf))
  }

  /** Adds embeddings of a model to images that have none; images deleted meanwhile are left out. Returns the keys. */
  addEmbeddings(modelId: string, entries: readonly { imageId: string; embedding: Float32Array }[]): number[] {
    return this.write('model.embed', modelId, { images: entries.length }, () => {
      const keys: number[] = []
      for (const { imageId, embedding } of entries) {
        const imageKey = imageKeyOf(imageId)
        if (!this.images.has(imageKey) || this.embeddings.ofImage(imageKey, modelId)) continue
        keys.push(
          this.embeddings.insert(imageKey, this.embeddings.modelKeyFor(modelId, embedding.length), embedding),
        )
      }
      this.vectorsChanged()
      return keys
    })
  }

  /** The lock goes to the library that is opened in this one's place. */
  handOverLock(): LibraryLock | undefined {
    const { lock } = this.#state
    delete this.#state.lock
    return lock
  }

  /** Names the image the demo library's sample query starts from. */
  setSample(imageId: string): void {
    this.setSetting(SETTING.sample, imageId)
  }

  setName(name: string): void {
    this.setSetting(SETTING.name, name)
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
      if (!this.readOnly) guarded(() => this.db.pragma('optimize'))
      this.db.close()
    } finally {
      this.#state.lock?.release()
    }
  }

  /**
   * One change: its rows, its audit entry and the raised counter in one transaction.
   * @throws LIBRARY_READ_ONLY, DISK_FULL, STORAGE_FAILED; then nothing has changed
   */
  write<T>(action: string, subject: string, detail: Record<string, unknown>, change: () => T): T {
    this.#mustWrite()
    if (!FACTS_STAY.has(action)) this.#factsChanges += 1
    return guarded(() =>
      this.db
        .transaction(() => {
          const value = change()
          this.auditLog.append(action, subject, detail)
          this.#counters.raise(false)
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
