/** A real engine in this process, joined to its processes as the command line joins it. */
import { createEngine } from '../../src/engine/createEngine.js'
import { InProcessClient } from '../../src/engine/inProcessClient.js'
import { ForkedProcesses } from '../../src/engine/processes.js'
import type { Input, Method, Output } from '../../src/shared/contract.js'
import { engineEntries } from '../contract/entries.js'

export type RunningEngine = {
  client: InProcessClient
  /** The value. @throws Error with the problem's message and code */
  call<M extends Method>(this: void, method: M, payload: Input<M>): Promise<Output<M>>
  close(): Promise<void>
}

export async function startEngine(user: { userData: string; modelDirs: string[] }): Promise<RunningEngine> {
  const { userData, modelDirs } = user
  const entriesDir = await engineEntries()
  const processes = new ForkedProcesses(entriesDir)
  const { client, engine } = await InProcessClient.connect((emit) =>
    createEngine({ userData, modelDirs, version: 'test', entriesDir, processes, emit }),
  )
  return {
    client,
    async call(method, payload) {
      const result = await client.call(method, payload)
      if (result.ok) return result.value
      const { code, message, detail = '' } = result.problem
      throw Object.assign(new Error(`${method}: ${code} ${message} ${detail}`), { code })
    },
    async close() {
      await engine.close()
      processes.close()
    },
  }
}
