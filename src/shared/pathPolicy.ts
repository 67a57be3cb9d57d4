/**
 * Which paths a page may name. A page is hostile ground: it gets what the user granted by a drop or a dialog, and the
 * libraries the engine itself named. The same rule stands in Electron's preload and in the loopback host.
 */
import { problem, type Problem } from './errors.js'

const GRANTED = 'granted:'
/** Plain strings of the contract's inputs that the engine uses as places on disk. */
const PATH_FIELDS = ['path', 'dicomPath'] as const
/** Payloads nest four deep; a cycle ends here. */
const DEPTH = 16

export class PathPolicy {
  readonly #libraries = new Set<string>()
  readonly #granted: (token: string) => string | undefined
  readonly #sent: (token: string) => string | undefined

  /**
   * @param granted the path behind a token; a host without grants (the browser's) answers undefined
   * @param sent the same for what the page itself has sent: sources to read, never places to write or to open
   */
  constructor(
    granted: (token: string) => string | undefined,
    sent: (token: string) => string | undefined = () => undefined,
  ) {
    this.#granted = granted
    this.#sent = sent
  }

  /** Remembers the libraries an answer or an event names: `library.open` may name them again. */
  learn(value: unknown): void {
    const { path, libraries } = (value ?? {}) as { path?: unknown; libraries?: unknown }
    if (typeof path === 'string') this.#libraries.add(path)
    if (Array.isArray(libraries)) for (const each of libraries as unknown[]) this.learn(each)
  }

  /**
   * The payload as the engine may have it: grants replaced by their paths.
   * @returns NOT_ALLOWED when it names a path nobody granted
   */
  admit(method: string, payload: unknown): { payload: unknown } | { refused: Problem } {
    try {
      const admitted = this.#admit(payload, 0)
      if (typeof admitted !== 'object' || admitted === null) return { payload: admitted }
      const fields = admitted as Record<string, unknown>
      for (const field of PATH_FIELDS) {
        const value = Object.hasOwn(fields, field) ? fields[field] : undefined
        if (typeof value === 'string') fields[field] = this.#place(method, value)
      }
      return { payload: admitted }
    } catch (error) {
      if (error instanceof Refusal)
        return {
          refused: problem('NOT_ALLOWED', 'This window may not name places on the disk.', error.message),
        }
      throw error
    }
  }

  #place(method: string, value: string): string {
    if (value.startsWith(GRANTED)) return this.#path(value.slice(GRANTED.length))
    if (method === 'library.open' && this.#libraries.has(value)) return value
    throw new Refusal('Drop the file or choose it in a dialog.')
  }

  #path(token: string): string {
    const path = this.#granted(token)
    if (path === undefined) throw new Refusal('The file was not granted to this window. Drop it again.')
    return path
  }

  #admit(value: unknown, depth: number): unknown {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
    if (depth > DEPTH) throw new Refusal('The payload is nested too deeply.')
    if (Array.isArray(value)) return value.map((each) => this.#admit(each, depth + 1))
    const { kind, token } = value as { kind?: unknown; token?: unknown }
    if (kind === 'granted')
      return { kind: 'path', path: this.#sent(String(token)) ?? this.#path(String(token)) }
    if (kind === 'path') throw new Refusal('Drop the file or choose it in a dialog.')
    const copy: Record<string, unknown> = {}
    for (const [key, each] of Object.entries(value))
      // Defined, not assigned: a key named __proto__ must reach the dispatcher, which refuses it.
      Object.defineProperty(copy, key, {
        value: this.#admit(each, depth + 1),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    return copy
  }
}

class Refusal extends Error {}
