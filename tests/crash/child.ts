/**
 * The process that is killed: works on a library until it dies, and says on its channel what it is about to do
 * (`?`) and what was acknowledged (`!`). argv[2] is a {@link Job} as JSON.
 */
import * as path from 'node:path'
import { LibraryIndex } from '../../src/engine/index/libraryIndex.js'
import { faissThread } from '../../src/engine/index/faissThread.js'
import { imageIdOf, imageKeyOf } from '../../src/engine/store/ids.js'
import { openLibrary } from '../../src/engine/store/openLibrary.js'
import type { SqliteLibrary } from '../../src/engine/store/sqliteLibrary.js'
import { restoreLibrary } from '../../src/engine/store/restore.js'
import {
  drawnImages,
  drawnPixels,
  meanPoolEmbedding,
  TEST_DIMENSION,
  TEST_MODEL,
} from '../support/library.js'
import type { Job, Word } from './job.js'

const job = JSON.parse(process.argv[2] ?? '{}') as Job
/** Sent synchronously in order: what the parent has heard was true when it was said. */
const say = (word: Word) => void process.send?.(word)
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

async function importing(library: SqliteLibrary): Promise<void> {
  for (let from = job.seed * 1000; ; from += 8) {
    const images = drawnImages(from, from + 8, {
      findings: ['NORMAL'],
      preview: true,
      notes: `Drawn ${from}.`,
    })
    const staged = await library.stageOriginals(images.map(({ original }) => original))
    const added = library.addImages(images)
    staged.done()
    say({
      kind: 'added',
      images: added.flatMap((each) => (each === 'duplicate' || 'conflict' in each ? [] : [each])),
    })
    await turn()
  }
}

async function deleting(library: SqliteLibrary): Promise<void> {
  for (;;) {
    const rows = library.cases({ offset: job.seed % 7, limit: 3 }).rows
    const caseIds = rows.map((row) => row.caseId)
    if (caseIds.length === 0) return
    say({ kind: 'deleting', caseIds })
    await turn()
    library.deleteCases(caseIds)
    say({ kind: 'deleted', caseIds })
    await turn()
  }
}

async function noting(library: SqliteLibrary): Promise<void> {
  for (let round = 0; ; round += 1) {
    const [row] = library.cases({ offset: (job.seed + round) % 20, limit: 1 }).rows
    if (!row) return
    const text = `Round ${round} of ${job.seed}: no effusion.`
    say({ kind: 'noting', caseId: row.caseId, text })
    await turn()
    const [first] = library.notes(row.caseId)
    library.saveNote({ caseId: row.caseId, text, ...(first ? { noteId: first.noteId } : {}) })
    say({ kind: 'noted', caseId: row.caseId, text })
    await turn()
  }
}

/** Models that the library is switched between; the second's file is another one every round. */
const MODELS = [TEST_MODEL, 'test-second'] as const

async function switching(library: SqliteLibrary): Promise<void> {
  for (let round = job.seed; ; round += 1) {
    const modelId = MODELS[round % 2] ?? TEST_MODEL
    say({ kind: 'switching', modelId })
    await turn()
    library.bindModel(modelId, (modelId === TEST_MODEL ? 'a' : (round % 16).toString(16)).repeat(64))
    say({ kind: 'switched', modelId })
    for (;;) {
      const imageIds = library.imagesWithoutEmbedding(modelId, 16)
      if (imageIds.length === 0) break
      library.addEmbeddings(
        modelId,
        imageIds.map((imageId) => ({
          imageId,
          embedding: meanPoolEmbedding(drawnPixels(imageKeyOf(imageId))),
        })),
      )
      say({ kind: 'embedded', modelId, imageIds })
      await turn()
    }
  }
}

async function indexing(library: SqliteLibrary): Promise<void> {
  const thread = faissThread(__dirname)
  const index = await LibraryIndex.open(library, TEST_MODEL, TEST_DIMENSION, thread)
  say({ kind: 'ready' })
  for (;;) await index.rebuild()
}

async function run(): Promise<void> {
  const { folder, operation, backup } = job
  if (operation === 'migrate') say({ kind: 'ready' })
  const library = openLibrary(folder)
  if (operation === 'snapshot') return await indexing(library)
  if (operation !== 'migrate') say({ kind: 'ready' })
  await turn()
  if (operation === 'import') await importing(library)
  if (operation === 'delete') await deleting(library)
  if (operation === 'note') await noting(library)
  if (operation === 'model') await switching(library)
  if (operation === 'backup') for (;;) await library.backup(backup)
  if (operation === 'restore') {
    say({ kind: 'restoring' })
    for (;;) await restoreLibrary(library, path.resolve(backup))
  }
  // Nothing left to do: wait for the end, so that the parent always kills.
  setInterval(() => imageIdOf(1), 1000)
}

void run()
