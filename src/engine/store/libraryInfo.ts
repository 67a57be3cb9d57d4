/** What a library holds, counted. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { LibraryInfo } from '@shared/domain/library.js'
import { folderBytes, sizeOf } from '../../node/files.js'
import { libraryFiles } from './libraryFiles.js'
import { schemaVersion } from './migrations.js'
import { LIBRARY_SETTING } from './settings.js'
import type { SqliteLibrary } from './sqliteLibrary.js'

/** @param readOnlyReason why it is open for reading only */
export function libraryInfoOf(library: SqliteLibrary, readOnlyReason: string | undefined): LibraryInfo {
  const { caseRepository, images, embeddings, modelId } = library
  const files = libraryFiles(library.path)
  const databaseBytes = ['', '-wal', '-shm'].reduce(
    (sum, ending) => sum + (sizeOf(files.database + ending) ?? 0),
    0,
  )
  const name = library.setting(LIBRARY_SETTING.name)
  return {
    path: library.path,
    name: typeof name === 'string' ? name : path.basename(library.path),
    ...library.counts(),
    patients: caseRepository.patientCount(),
    findings: caseRepository.countsByFinding(),
    labelled: caseRepository.labelledCount(),
    sources: caseRepository.countsBySource(),
    model: modelId,
    indexKind: 'IndexFlatIP',
    indexVectors: embeddings.count(modelId),
    schemaVersion: schemaVersion(library.db),
    bytes: databaseBytes + images.objectTotals().bytes + folderBytes(files.index),
    readOnly: library.readOnly,
    ...(readOnlyReason === undefined ? {} : { heldBy: readOnlyReason }),
    synthetic: caseRepository.allSynthetic(),
    ...(fs.existsSync(files.sample) ? { sample: true } : {}),
  }
}
