/** The engine in this very process, with the library a command works on. */
import { join, resolve } from 'node:path'
import type { Input, Method, Output } from '@shared/contract.js'
import { HilumError, type Problem } from '@shared/errors.js'
import type { CallOptions, HilumClient } from '@shared/transport.js'
import { createEngine, type Engine } from '../engine/createEngine.js'
import { InProcessClient } from '../engine/inProcessClient.js'
import { ForkedProcesses } from '../engine/processes.js'
import { modelFolders, productVersion, userDataFolder } from '../hosts/places.js'

/** The project's root: the built command lies in out/cli. */
export const ROOT = resolve(__dirname, '..', '..')

/**
 * `write` needs the library to itself, `read` reads one that another Hilum holds, `create` makes it where it is missing,
 * `none` opens none, `optional` goes on without one.
 */
export type LibraryNeed = 'write' | 'read' | 'create' | 'none' | 'optional'

class ProblemError extends HilumError {
  constructor({ code, message, remedy, detail }: Problem) {
    super(code, message, { remedy, ...(detail === undefined ? {} : { detail }) })
  }
}

export class Session {
  readonly #client: HilumClient
  readonly #engine: Engine
  readonly #processes: ForkedProcesses

  private constructor(client: HilumClient, engine: Engine, processes: ForkedProcesses) {
    this.#client = client
    this.#engine = engine
    this.#processes = processes
  }

  static async start(): Promise<Session> {
    const userData = userDataFolder()
    const entriesDir = join(ROOT, 'out', 'engine')
    const processes = new ForkedProcesses(entriesDir)
    const { client, engine } = await InProcessClient.connect((emit) =>
      createEngine({
        userData,
        modelDirs: modelFolders(join(ROOT, 'resources'), userData),
        version: productVersion(ROOT),
        entriesDir,
        processes,
        emit,
      }),
    )
    return new Session(client, engine, processes)
  }

  /**
   * @returns why it could be opened for reading only
   * @throws HilumError as `call`; a missing library is no error for commands that can do without
   */
  async openLibrary(need: LibraryNeed, folder: string | undefined): Promise<string | undefined> {
    if (need === 'none') return undefined
    const path = folder === undefined ? {} : { path: resolve(folder) }
    const opened = await this.#client.call('library.open', {
      ...path,
      ...(need === 'create' ? { create: true } : {}),
      ...(need === 'read' ? { readOnly: 'whenHeld' as const } : {}),
    })
    if (opened.ok) return opened.value.heldBy
    if (need === 'optional' && opened.problem.code === 'LIBRARY_NOT_FOUND') return undefined
    throw new ProblemError(opened.problem)
  }

  /** The value, or the problem as a `HilumError`. */
  async call<M extends Method>(method: M, payload: Input<M>, options?: CallOptions): Promise<Output<M>> {
    const result = await this.#client.call(method, payload, options)
    if (!result.ok) throw new ProblemError(result.problem)
    return result.value
  }

  /** Sees to it that a search can say what its hits are worth. @throws HilumError CANCELLED */
  async measured(options: Required<Pick<CallOptions, 'signal' | 'onProgress'>>): Promise<void> {
    await this.#engine.measured({ signal: options.signal, progress: options.onProgress })
  }

  async close(): Promise<void> {
    await this.#engine.close()
    this.#processes.close()
  }
}
