/** The contract as the window in a real Electron has it: through `window.hilum`, with grants in the place of paths. */
import { existsSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { grantedPath, type RawElectronBridge } from '../../src/shared/bridge.js'
import type { HilumEvent, Input, Method, Output } from '../../src/shared/contract.js'
import type { Progress } from '../../src/shared/domain/library.js'
import { problem, type Result } from '../../src/shared/errors.js'
import type { CallOptions, HilumClient } from '../../src/shared/transport.js'

declare global {
  interface Window {
    contractTold: (json: string) => Promise<void>
  }
}
type Told = { event: HilumEvent } | { id: number; progress: Progress }

/** Above every number that the window's own calls will reach. */
const FIRST_ID = 1_000_000
const BYTES = '$bytes'

/** A path of the test's own folders; what a hostile page makes up was never chosen, and stays as it is. */
const isChosen = (path: string): boolean => isAbsolute(path) && existsSync(dirname(path))

const packed = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    each instanceof Uint8Array ? { [BYTES]: Buffer.from(each).toString('base64') } : each,
  )

function unpacked(json: string): unknown {
  return JSON.parse(json, (_key, each: unknown) => {
    const bytes =
      typeof each === 'object' && each !== null ? (each as { $bytes?: unknown })[BYTES] : undefined
    return typeof bytes === 'string' ? new Uint8Array(Buffer.from(bytes, 'base64')) : each
  })
}

export class ElectronPageClient implements HilumClient {
  readonly #app: ElectronApplication
  readonly #page: Page
  readonly #listeners = new Set<(event: HilumEvent) => void>()
  readonly #progress = new Map<number, (progress: Progress) => void>()
  readonly #tokens = new Map<string, Promise<string>>()
  #id = FIRST_ID

  private constructor(app: ElectronApplication, page: Page) {
    this.#app = app
    this.#page = page
  }

  static async connect(app: ElectronApplication, page: Page): Promise<ElectronPageClient> {
    const client = new ElectronPageClient(app, page)
    await page.exposeFunction('contractTold', (json: string) => client.#hear(unpacked(json) as Told))
    await page.evaluate(() => {
      const { hilum } = window as unknown as { hilum: RawElectronBridge }
      hilum.onEvent((event) => void window.contractTold(JSON.stringify({ event })))
    })
    return client
  }

  async call<M extends Method>(
    method: M,
    payload: Input<M>,
    { signal, onProgress }: CallOptions = {},
  ): Promise<Result<Output<M>>> {
    const sent = packed(await this.#granted(payload, 0))
    if (signal?.aborted === true) return { ok: false, problem: problem('CANCELLED') }
    const id = ++this.#id
    if (onProgress !== undefined) this.#progress.set(id, onProgress)
    const cancel = (): void =>
      void this.#page.evaluate(
        (which) => (window as unknown as { hilum: RawElectronBridge }).hilum.cancel(which),
        id,
      )
    signal?.addEventListener('abort', cancel, { once: true })
    const answer = await this.#page.evaluate(
      async ([which, name, json]) => {
        const { hilum } = window as unknown as { hilum: RawElectronBridge }
        const revived: unknown = JSON.parse(json, (_key, each: unknown) => {
          const bytes =
            typeof each === 'object' && each !== null ? (each as { $bytes?: unknown }).$bytes : undefined
          return typeof bytes === 'string' ? Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)) : each
        })
        const told = (progress: unknown) => void window.contractTold(JSON.stringify({ id: which, progress }))
        try {
          const result = await hilum.call(which, name, revived, told)
          return JSON.stringify(result, (_key, each: unknown) => {
            if (!(each instanceof Uint8Array)) return each
            let text = ''
            for (let at = 0; at < each.length; at += 8192)
              text += String.fromCharCode(...each.subarray(at, at + 8192))
            return { $bytes: btoa(text) }
          })
        } catch (error) {
          return JSON.stringify({ thrown: String(error) })
        }
      },
      [id, method, sent] as const,
    )
    signal?.removeEventListener('abort', cancel)
    const result = unpacked(answer) as Result<Output<M>> | { thrown: string }
    // What Electron's bridge itself will not carry never leaves the page.
    return 'thrown' in result ? { ok: false, problem: problem('PAYLOAD_INVALID', result.thrown) } : result
  }

  onEvent(listener: (event: HilumEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #hear(told: Told): void {
    if ('progress' in told) this.#progress.get(told.id)?.(told.progress)
    else for (const listener of this.#listeners) listener(told.event)
  }

  /** The suite names paths; a page may only name what the user chose: each is chosen in a dialog that answers with it. */
  async #granted(value: unknown, depth: number): Promise<unknown> {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array || depth > 20) return value
    if (Array.isArray(value)) return Promise.all(value.map((each) => this.#granted(each, depth + 1)))
    const { kind, path } = value as { kind?: unknown; path?: unknown }
    if (kind === 'path' && typeof path === 'string')
      return { kind: 'granted', token: await this.#chosen(path), name: path }
    const copy = {}
    for (const key of Object.getOwnPropertyNames(value)) {
      const each = (value as Record<string, unknown>)[key]
      const place = depth === 0 && key === 'path' && typeof each === 'string' && isChosen(each)
      Object.defineProperty(copy, key, {
        value: place ? grantedPath(await this.#chosen(each)) : await this.#granted(each, depth + 1),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
    return copy
  }

  #chosen(path: string): Promise<string> {
    // One dialog after the other: the answer is the main process's, not the call's.
    const before = [...this.#tokens.values()].at(-1) ?? Promise.resolve('')
    const known = this.#tokens.get(path)
    if (known !== undefined) return known
    const chosen = before.then(async () => {
      await this.#app.evaluate(({ dialog }, file) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] })
      }, path)
      const sources = await this.#page.evaluate(() =>
        (window as unknown as { hilum: RawElectronBridge }).hilum.pickFiles(),
      )
      const [source] = sources ?? []
      if (source?.kind !== 'granted') throw new Error(`The dialog granted nothing for ${path}`)
      return source.token
    })
    this.#tokens.set(path, chosen)
    return chosen
  }
}
