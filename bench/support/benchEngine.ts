/** An engine in this process with a library of its own, for benchmarks and figures. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Input, Method, Output } from '@shared/contract.js'
import type { Health } from '@shared/domain/measuring.js'
import { createEngine } from '../../src/engine/createEngine.js'
import { InProcessClient } from '../../src/engine/inProcessClient.js'
import { ForkedProcesses } from '../../src/engine/processes.js'
import { engineEntries } from '../../tests/contract/entries.js'

export type BenchEngine = {
  folder: string
  /** @throws Error with the problem's code and message */
  ask<M extends Method>(method: M, input: Input<M>): Promise<Output<M>>
  /** The library's figures, once they are whole. */
  measured(): Promise<Health>
  close(): Promise<void>
}

/** Model packs: HILUM_MODELS, or the project's own. */
export async function benchEngine(): Promise<BenchEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-bench-'))
  const userData = join(folder, 'user')
  mkdirSync(userData)
  const made = process.env['HILUM_DEMO_LIBRARY']
  if (made !== undefined) cpSync(made, join(userData, 'demo-library'), { recursive: true })
  const entriesDir = await engineEntries()
  const processes = new ForkedProcesses(entriesDir)
  const modelDirs = [process.env['HILUM_MODELS'] ?? resolve(__dirname, '../../resources/models')]
  const { client, engine } = await InProcessClient.connect((emit) =>
    createEngine({ userData, modelDirs, version: 'bench', entriesDir, processes, emit }),
  )
  const ask: BenchEngine['ask'] = async (method, input) => {
    const answer = await client.call(method, input)
    if (!answer.ok) throw new Error(`${method}: ${answer.problem.code} ${answer.problem.message}`)
    return answer.value
  }
  return {
    folder,
    ask,
    async measured() {
      for (;;) {
        const health = await ask('library.health', {})
        if (health.state === 'ready') return health
        await new Promise((wait) => setTimeout(wait, 250))
      }
    },
    async close() {
      await engine.close()
      processes.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A library of the given folders or files, made anew. */
export async function libraryOf(engine: BenchEngine, name: string, paths: readonly string[]): Promise<void> {
  await engine.ask('library.open', { path: join(engine.folder, name), create: true })
  await engine.ask('import.run', { sources: paths.map((path) => ({ kind: 'path', path })) })
}

/** Opens a file as a query; undefined where it is refused. */
export async function queryOf(engine: BenchEngine, path: string): Promise<string | undefined> {
  const { primary } = await engine.ask('query.open', { sources: [{ kind: 'path', path }] })
  return primary
}

export const percent = (part: number, of: number): string =>
  of === 0 ? '-' : `${((100 * part) / of).toFixed(1)} % (${part} of ${of})`
