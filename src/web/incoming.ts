/**
 * Files that a browser tab sends ahead of a call, part by part, because it can name no paths: they lie in a folder of
 * their own below the user's data and go with the tab. What becomes of them is the call's business, as of any dropped file.
 */
import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HilumError } from '@shared/errors.js'
import { z } from 'zod'
import { FILE_MODE, FOLDER_MODE } from '../node/files.js'
import { guardedAsync } from '../node/storageErrors.js'

/** Below the user's data: one folder a tab, named by the host's process and a random part. */
const FOLDER = 'incoming'
const NAMED = /^(\d+)-[0-9a-f]+$/

const keepSchema = z.object({
  parts: z.array(
    z.object({
      /** A file, or a folder with all that is in it. */
      entry: z.number().int().nonnegative(),
      /** `/`-separated; its first part is the entry's own name. */
      name: z.string(),
      bytes: z.instanceof(Uint8Array),
    }),
  ),
})
const releaseSchema = z.object({ entries: z.array(z.number().int().nonnegative()) })

export class Incoming {
  readonly #folder: string
  /** The first name of each entry. */
  readonly #tops = new Map<number, string>()
  /** One step after another: nothing is written once the folder goes. */
  #steps: Promise<void> = Promise.resolve()
  #gone = false

  /** @param base the user's data; nothing is made there before something comes */
  constructor(base: string) {
    this.#folder = join(base, FOLDER, `${process.pid}-${randomBytes(8).toString('hex')}`)
  }

  /** Puts parts behind what is there of their files. @throws HilumError NOT_ALLOWED, PAYLOAD_INVALID, DISK_FULL and the like */
  keep(payload: unknown): Promise<void> {
    const read = keepSchema.safeParse(payload)
    if (!read.success) throw new HilumError('PAYLOAD_INVALID')
    return this.#next(async () => {
      for (const { entry, name, bytes } of read.data.parts) {
        if (this.#gone) return
        const segments = name.split('/')
        const [top = ''] = segments
        if (!segments.every(isPlain) || (this.#tops.get(entry) ?? top) !== top)
          throw new HilumError('NOT_ALLOWED', 'The name of this file leads elsewhere.')
        const path = join(this.#folder, String(entry), ...segments)
        await guardedAsync(async () => {
          await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE })
          await appendFile(path, bytes, { mode: FILE_MODE })
        })
        this.#tops.set(entry, top)
      }
    })
  }

  /** Lets go of entries that are not needed again. @throws HilumError PAYLOAD_INVALID */
  release(payload: unknown): Promise<void> {
    const read = releaseSchema.safeParse(payload)
    if (!read.success) throw new HilumError('PAYLOAD_INVALID')
    return this.#next(async () => {
      for (const entry of read.data.entries)
        if (this.#tops.delete(entry))
          await rm(join(this.#folder, String(entry)), { recursive: true, force: true })
    })
  }

  /** Where the entry behind a token lies. */
  path(token: string): string | undefined {
    const top = /^\d+$/.test(token) ? this.#tops.get(Number(token)) : undefined
    return top === undefined ? undefined : join(this.#folder, token, top)
  }

  /** Takes everything away, and takes nothing more. */
  remove(): Promise<void> {
    this.#gone = true
    this.#tops.clear()
    return this.#next(() => rm(this.#folder, { recursive: true, force: true, maxRetries: 3 }))
  }

  #next(step: () => Promise<void>): Promise<void> {
    const result = this.#steps.then(step)
    // Whoever asked for it hears of a failure; the next step runs all the same.
    this.#steps = result.catch(() => undefined)
    return result
  }
}

/** One name below a folder, on any system. */
const isPlain = (segment: string): boolean =>
  segment !== '' &&
  segment !== '.' &&
  segment !== '..' &&
  !segment.includes('\0') &&
  !(process.platform === 'win32' && /[\\:]/.test(segment))

/** Takes away what hosts left that were killed. @param base the user's data */
export async function sweepIncoming(base: string): Promise<void> {
  const folder = join(base, FOLDER)
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const pid = Number(NAMED.exec(name)?.[1])
    if (!Number.isNaN(pid) && !isAlive(pid)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
