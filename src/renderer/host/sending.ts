/**
 * Gets files that only the page can read to the loopback host: few bytes within the call itself, more ahead of it, part
 * by part. The next part is read when the host has the last one, so that neither the page nor a message holds them all.
 */
import type { GrantedSource } from '@shared/bridge.js'
import type { Progress } from '@shared/domain/library.js'
import { problem, type Problem, type Result } from '@shared/errors.js'
import type { CallOptions } from '@shared/transport.js'

/** Of a call, so many bytes travel within it. */
const WITHIN = 16 * 1024 * 1024
/** Of what goes ahead, so many bytes travel at once: short enough to leave the window its frames. */
const PART = 2 * 1024 * 1024
/** Phase of the progress while files travel. */
export const READING = 'Reading'

type PageFile = Extract<GrantedSource, { kind: 'file' }>
type Part = { entry: number; name: string; bytes: Uint8Array }
type Keep = (parts: Part[]) => Promise<Result<unknown>>
class Failed extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message)
  }
}

const isPageFile = (value: unknown): value is PageFile =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'file'

function filesIn(value: unknown): PageFile[] {
  if (isPageFile(value)) return [value]
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  return (Array.isArray(value) ? (value as unknown[]) : Object.values(value)).flatMap(filesIn)
}

/** A file that is gone or locked since it was chosen comes empty: the engine names it among those it could not read. */
async function bytesOf(file: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer())
  } catch {
    return new Uint8Array()
  }
}

/** Files of one folder together, all others alone; a name that comes twice stands alone too. */
function entriesOf(files: readonly PageFile[]): PageFile[][] {
  const folders = new Map<string, PageFile[]>()
  const names = new Set<string>()
  const alone: PageFile[][] = []
  for (const file of files) {
    const top = file.name.split('/', 1)[0] ?? ''
    const known = folders.get(top)
    if (top === file.name || names.has(file.name)) alone.push([file])
    else if (known) known.push(file)
    else folders.set(top, [file])
    names.add(file.name)
  }
  return [...folders.values(), ...alone]
}

/** What one connection has sent ahead; another one sends again. */
export class Sending {
  readonly #sent = new WeakMap<PageFile, Extract<GrantedSource, { kind: 'granted' }>>()
  readonly #keep: Keep
  #entries = 0

  constructor(keep: Keep) {
    this.#keep = keep
  }

  /** The payload as the host takes it, or why it could not be sent; `entries` are those it names. */
  async sendable(
    payload: unknown,
    options: CallOptions,
  ): Promise<Result<{ payload: unknown; entries: number[] }>> {
    const files = filesIn(payload)
    const total = files.reduce((sum, { file }) => sum + file.size, 0)
    try {
      if (total > WITHIN) await this.#ahead(files, options)
      const sent = await this.#replaced(payload)
      const entries =
        total > WITHIN ? [...new Set(files.map((file) => Number(this.#sent.get(file)?.token)))] : []
      return { ok: true, value: { payload: sent, entries } }
    } catch (error) {
      if (error instanceof Failed) return { ok: false, problem: error.problem }
      throw error
    }
  }

  /** Forgets files whose entries the host has let go of. */
  forget(payload: unknown): void {
    for (const file of filesIn(payload)) this.#sent.delete(file)
  }

  async #ahead(files: readonly PageFile[], { signal, onProgress }: CallOptions): Promise<void> {
    let waiting: Part[] = []
    let bytes = 0
    let done = 0
    const send = async (): Promise<void> => {
      if (signal?.aborted === true) throw new Failed(problem('CANCELLED'))
      const parts = waiting
      waiting = []
      bytes = 0
      const kept = await this.#keep(parts)
      if (!kept.ok) throw new Failed(kept.problem)
      const progress: Progress = { phase: READING, done, total: files.length }
      onProgress?.(progress)
    }
    for (const group of entriesOf(files.filter((file) => !this.#sent.has(file)))) {
      const entry = ++this.#entries
      for (const { name, file } of group) {
        let at = 0
        do {
          const part = await bytesOf(file.slice(at, at + PART))
          waiting.push({ entry, name, bytes: part })
          bytes += part.byteLength
          at += PART
          if (bytes >= PART) await send()
        } while (at < file.size)
        done++
      }
      const name = group[0]?.name.split('/', 1)[0] ?? ''
      const token = { kind: 'granted', token: String(entry), name } as const
      for (const file of group) this.#sent.set(file, token)
    }
    if (waiting.length > 0) await send()
  }

  /** The payload with tokens or bytes in the place of files; a folder's files are one source. */
  async #replaced(value: unknown): Promise<unknown> {
    if (isPageFile(value))
      return this.#sent.get(value) ?? { kind: 'bytes', name: value.name, bytes: await bytesOf(value.file) }
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
    if (Array.isArray(value))
      return [...new Set(await Promise.all(value.map((each) => this.#replaced(each))))]
    const entries = await Promise.all(
      Object.entries(value).map(async ([key, each]) => [key, await this.#replaced(each)] as const),
    )
    return Object.fromEntries(entries)
  }
}
