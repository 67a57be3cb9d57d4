/** The libraries this user opened last, in one file. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { z } from 'zod'
import { makeFolder, writeFileAtomic } from '../node/files.js'
import type { RecentLibraries, RecentLibrary } from './ports/library.js'

const recentSchema = z.array(
  z.object({ path: z.string(), name: z.string(), cases: z.number().int(), synthetic: z.boolean() }),
)

const MOST = 20

export class RecentLibrariesFile implements RecentLibraries {
  readonly #file: string
  readonly #exists: (folder: string) => boolean

  /** @param exists whether a folder still holds a library */
  constructor(file: string, exists: (folder: string) => boolean) {
    this.#file = file
    this.#exists = exists
  }

  list(): RecentLibrary[] {
    return this.#read().filter((each) => this.#exists(each.path))
  }

  remember({ path: library, name, cases, synthetic }: RecentLibrary): void {
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
