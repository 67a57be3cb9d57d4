/**
 * Files the user granted to this window. The page gets a token; the path stays here and is put in its place when a
 * call leaves for the engine.
 */
import { webUtils } from 'electron'

/** The latest grants are kept: a drop of 100,000 files is one folder, not 100,000 grants. */
const CAPACITY = 200_000

type Seen = { name: string; size: number; lastModified: number }

export class Grants {
  readonly #paths = new Map<string, string>()
  readonly #unclaimed = new Map<string, string[]>()
  #count = 0

  path(token: string): string | undefined {
    return this.#paths.get(token)
  }

  /** Takes a path that a dialog of the host returned. */
  grant(path: string): string {
    const token = `${++this.#count}-${crypto.randomUUID()}`
    this.#paths.set(token, path)
    if (this.#paths.size > CAPACITY) {
      const oldest = this.#paths.keys().next()
      if (oldest.done !== true) this.#paths.delete(oldest.value)
    }
    return token
  }

  /**
   * Sees every drop, paste and choice before the page does. Only the browser itself can make a `File` with a path, so
   * an event that the page makes up grants nothing.
   */
  watch(target: Window): void {
    const see = (files: FileList | null | undefined): void => {
      if (files === null || files === undefined || files.length === 0) return
      this.#unclaimed.clear()
      for (const file of Array.from(files)) {
        const path = pathOf(file)
        if (path === '') continue
        const key = keyOf(file)
        this.#unclaimed.set(key, [...(this.#unclaimed.get(key) ?? []), path])
      }
    }
    target.addEventListener('drop', (event) => see(event.dataTransfer?.files), true)
    target.addEventListener('paste', (event) => see(event.clipboardData?.files), true)
    target.addEventListener(
      'change',
      ({ target: input }) => {
        if (input instanceof HTMLInputElement) see(input.files)
      },
      true,
    )
  }

  /** The token of a file the page saw in the latest drop, paste or choice; undefined for one without a path. */
  claim(seen: Seen): string | undefined {
    const path = this.#unclaimed.get(keyOf(seen))?.shift()
    return path === undefined ? undefined : this.grant(path)
  }
}

const keyOf = ({ name, size, lastModified }: Seen): string => `${size} ${lastModified} ${name}`

/** `File.path` until Electron 31, `webUtils` since; empty for a file that lies on no disk. */
function pathOf(file: File): string {
  const utilities = webUtils as typeof webUtils | undefined
  if (utilities !== undefined) return utilities.getPathForFile(file)
  return (file as File & { path?: string }).path ?? ''
}
