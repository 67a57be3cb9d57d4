/** Images, the objects behind them, and what deleting them leaves to remove. */
import type { Database } from 'better-sqlite3'
import { HilumError } from '@shared/errors.js'
import type { NewImage, StoredImage } from '../ports/library.js'
import { fileFactsOf, studyOf, viewOf } from './caseRows.js'
import { caseIdOf, imageIdOf } from './ids.js'

type ImageRecord = {
  imageKey: number
  caseKey: number
  objectSha256: string
  pixelSha256: string
  file: string
  facts: string
  study: string
  view: string
}

export class ImageRepository {
  readonly #statements
  constructor(db: Database) {
    this.#statements = {
      byKey: db.prepare<[number], ImageRecord>('SELECT * FROM images WHERE imageKey = ?'),
      byCase: db.prepare<[number], ImageRecord>('SELECT * FROM images WHERE caseKey = ? ORDER BY imageKey'),
      byPixels: db.prepare<[string], { imageKey: number; caseKey: number }>(
        'SELECT imageKey, caseKey FROM images WHERE pixelSha256 = ?',
      ),
      insert: db.prepare(
        `INSERT INTO images (caseKey, objectSha256, pixelSha256, file, facts, study, view)
         VALUES (@caseKey, @objectSha256, @pixelSha256, @file, @facts, @study, @view)`,
      ),
      insertObject: db.prepare('INSERT INTO objects (sha256, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING'),
      keepObject: db.prepare('DELETE FROM pendingRemovals WHERE sha256 = ?'),
      unreferenced: db.prepare<[string], { n: number }>(
        'SELECT count(*) AS n FROM images WHERE objectSha256 = ?',
      ),
      removeObject: db.prepare('DELETE FROM objects WHERE sha256 = ?'),
      addPending: db.prepare('INSERT OR IGNORE INTO pendingRemovals (sha256) VALUES (?)'),
      pending: db.prepare<[], { sha256: string }>('SELECT sha256 FROM pendingRemovals'),
      objects: db.prepare<[], { sha256: string; bytes: number }>('SELECT sha256, bytes FROM objects'),
      object: db.prepare<[string], { bytes: number }>('SELECT bytes FROM objects WHERE sha256 = ?'),
      objectBytes: db.prepare<[], { n: number; bytes: number | null }>(
        'SELECT count(*) AS n, sum(bytes) AS bytes FROM objects',
      ),
      count: db.prepare<[], { n: number }>('SELECT count(*) AS n FROM images'),
    }
  }

  /** @throws IMAGE_NOT_FOUND */
  stored(imageKey: number): StoredImage {
    const record = this.#statements.byKey.get(imageKey)
    if (!record) throw new HilumError('IMAGE_NOT_FOUND')
    return storedOf(record)
  }

  has(imageKey: number): boolean {
    return this.#statements.byKey.get(imageKey) !== undefined
  }

  ofCase(caseKey: number): StoredImage[] {
    return this.#statements.byCase.all(caseKey).map(storedOf)
  }

  byPixels(pixelSha256: string): { imageKey: number; caseKey: number } | undefined {
    return this.#statements.byPixels.get(pixelSha256)
  }

  /** Inserts an image whose object is on disk already. */
  insert(
    caseKey: number,
    image: NewImage,
    study: StoredImage['study'],
    view: StoredImage['view'],
    object: string,
  ) {
    this.#statements.insertObject.run(object, image.original.byteLength)
    this.#statements.keepObject.run(object)
    const inserted = this.#statements.insert.run({
      caseKey,
      objectSha256: object,
      pixelSha256: image.decoded.pixelSha256,
      file: image.decoded.name,
      facts: JSON.stringify(image.decoded.facts),
      study: JSON.stringify(study),
      view,
    })
    return Number(inserted.lastInsertRowid)
  }

  /** After images are gone: objects no image needs are noted for removal, in the same transaction. */
  releaseObjects(objects: Iterable<string>): void {
    for (const sha256 of new Set(objects)) {
      if ((this.#statements.unreferenced.get(sha256)?.n ?? 0) > 0) continue
      this.#statements.removeObject.run(sha256)
      this.#statements.addPending.run(sha256)
    }
  }

  pendingRemovals(): string[] {
    return this.#statements.pending.all().map((each) => each.sha256)
  }

  removalDone(sha256: string): void {
    this.#statements.keepObject.run(sha256)
  }

  objects(): { sha256: string; bytes: number }[] {
    return this.#statements.objects.all()
  }

  objectBytesOf(sha256: string): number | undefined {
    return this.#statements.object.get(sha256)?.bytes
  }

  objectTotals(): { objects: number; bytes: number } {
    const row = this.#statements.objectBytes.get()
    return { objects: row?.n ?? 0, bytes: row?.bytes ?? 0 }
  }

  count(): number {
    return this.#statements.count.get()?.n ?? 0
  }
}

function storedOf(record: ImageRecord): StoredImage {
  return {
    imageId: imageIdOf(record.imageKey),
    caseId: caseIdOf(record.caseKey),
    file: record.file,
    facts: fileFactsOf(record.facts),
    study: studyOf(record.study),
    view: viewOf(record.view),
    pixelSha256: record.pixelSha256,
    objectSha256: record.objectSha256,
  }
}
