/** What a library does to files, as single operations that can fail at any of their calls. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { LibraryIndex } from '../../src/engine/index/libraryIndex.js'
import type { FaissThread } from '../../src/engine/index/faissThread.js'
import { writeAside } from '../../src/node/writeAside.js'
import { SettingsFile } from '../../src/engine/settingsFile.js'
import { openLibrary } from '../../src/engine/store/openLibrary.js'
import { restoreLibrary } from '../../src/engine/store/restore.js'
import type { SqliteLibrary } from '../../src/engine/store/sqliteLibrary.js'
import { drawnImages, TEST_DIMENSION, TEST_MODEL } from '../support/library.js'

export type World = {
  root: string
  folder: string
  library: SqliteLibrary
  index: LibraryIndex
  faiss: FaissThread
  /** Picture that is drawn next: every import brings new ones. */
  next: number
}

export const backupFile = (world: World): string => path.join(world.root, 'library.hilum-backup')
export const reportFile = (world: World): string => path.join(world.root, 'report.pdf')

export async function openWorld(world: Pick<World, 'root' | 'folder' | 'faiss' | 'next'>): Promise<World> {
  const library = openLibrary(world.folder)
  try {
    const index = await LibraryIndex.open(library, TEST_MODEL, TEST_DIMENSION, world.faiss, 1)
    return { ...world, library, index }
  } catch (error) {
    library.close()
    throw error
  }
}

export async function closeWorld({ library, index }: World): Promise<void> {
  await index.close()
  library.close()
}

/** Stages, commits and makes searchable, as an import does. @returns the images that were acknowledged */
export async function importSome(world: World, count: number): Promise<string[]> {
  const images = drawnImages(world.next, world.next + count, {
    findings: ['NORMAL'],
    preview: true,
    notes: 'Drawn.',
  })
  world.next += count
  const staged = await world.library.stageOriginals(images.map(({ original }) => original))
  try {
    const imageIds = world.library
      .addImages(images)
      .flatMap((each) => (each === 'duplicate' || 'conflict' in each ? [] : [each.imageId]))
    const vectors = Float32Array.from(images.flatMap((image) => [...image.embedding]))
    await world.index.add(world.library.keysOfImages(imageIds), vectors)
    return imageIds
  } finally {
    staged.done()
  }
}

const oldest = ({ library }: World): string => {
  const [row] = library.cases({ offset: 0, limit: 1 }).rows
  if (row === undefined) throw new Error('the library is empty')
  return row.caseId
}

/** The operation under test; what it returns is only of interest to the next one. */
export const OPERATIONS: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  import: (world) => importSome(world, 3),
  note: (world) => {
    const caseId = oldest(world)
    const [known] = world.library.notes(caseId)
    const text = `Note ${world.next++}: no effusion.`
    return Promise.resolve(
      world.library.saveNote({ caseId, text, ...(known === undefined ? {} : { noteId: known.noteId }) }),
    )
  },
  findings: (world) =>
    Promise.resolve(
      world.library.setFindings(oldest(world), [world.next++ % 2 === 0 ? 'NORMAL' : 'PNEUMONIA']),
    ),
  delete: async (world) => {
    const caseId = oldest(world)
    const keys = world.library.keysOfCases([caseId])
    world.library.deleteCases([caseId])
    await world.index.remove(keys)
  },
  snapshot: async (world) => world.index.rebuild(),
  backup: (world) => world.library.backup(backupFile(world)),
  restore: (world) => restoreLibrary(world.library, backupFile(world)),
  check: (world) => Promise.resolve(world.library.check()),
  report: (world) => writeAside(reportFile(world), Buffer.alloc(70_000, world.next++)),
  setting: (world) =>
    Promise.resolve(new SettingsFile(path.join(world.root, 'settings.json')).set('k10', world.next++)),
  /** The library is closed and opened again. */
  open: async (world) => {
    await closeWorld(world)
    Object.assign(world, await openWorld(world))
  },
  /** A new library beside it. */
  create: (world) => {
    const folder = path.join(world.root, 'new')
    fs.rmSync(folder, { recursive: true, force: true })
    openLibrary(folder, { create: true }).close()
    return Promise.resolve()
  },
}
