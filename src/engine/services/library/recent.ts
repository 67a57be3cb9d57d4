/** The libraries this user opened last, newest first. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { z } from 'zod'
import type { LibraryInfo } from '@shared/domain.js'
import { makeFolder, writeFileAtomic } from '../../store/files.js'
import { isLibrary } from '../../store/openLibrary.js'

const recentSchema = z.array(
  z.object({ path: z.string(), name: z.string(), cases: z.number().int(), synthetic: z.boolean() }),
)
export type RecentLibrary = z.infer<typeof recentSchema>[number]

const MOST = 20

export class RecentLibraries {
  readonly #file: string
  constructor(userData: string) {
    this.#file = path.join(userData, 'recent.json')
  }

  /** Those that are still there. */
  list(): RecentLibrary[] {
    return this.#read().filter((each) => isLibrary(each.path))
  }

  /** Puts a library first. A list that cannot be written costs convenience only. */
  remember({ path: library, name, cases, synthetic }: LibraryInfo): void {
    const others = this.#read().filter((each) => each.path !== library)
    const list = [{ path: library, name, cases, synthetic }, ...others].slice(0, MOST)
    try {
      makeFolder(path.dirname(this.#file))
      writeFileAtomic(this.#file, JSON.stringify(list, null, 2))
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error
    }
  }

  #read(): RecentLibrary[] {
    try {
      return recentSchema.parse(JSON.parse(fs.readFileSync(this.#file, 'utf8')))
    } catch {
      // Absent or damaged: nothing was opened recently.
      return []
    }
  }
}
