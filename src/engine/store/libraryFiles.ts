/** The layout of a library's folder. */
import * as path from 'node:path'

export const DATABASE_FILE = 'library.db'

export function libraryFiles(folder: string) {
  return {
    database: path.join(folder, DATABASE_FILE),
    objects: path.join(folder, 'objects'),
    /** Stands while originals are made durable that no case names yet: after a crash it says that some may be left. */
    staging: path.join(folder, 'objects', 'staging'),
    previews: path.join(folder, 'previews'),
    index: path.join(folder, 'index'),
    /** What was measured of the library: derived, made again where it is missing or stale. */
    measured: path.join(folder, 'measured'),
    /** A study in no case, which the library offers as its first query. */
    sample: path.join(folder, 'sample'),
    /** Backups and restores under way; emptied when the library opens. */
    work: path.join(folder, 'work'),
  }
}
