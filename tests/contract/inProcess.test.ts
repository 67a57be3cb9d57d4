import { createEngine } from '../../src/engine/createEngine.js'
import { InProcessClient } from '../../src/engine/inProcessClient.js'
import { ForkedProcesses } from '../../src/engine/processes.js'
import { engineEntries } from './entries.js'
import { contractSuite } from './suite.js'

contractSuite({
  name: 'the same process',
  structuredClone: true,
  async connect({ userData, modelDirs }) {
    const entriesDir = await engineEntries()
    const processes = new ForkedProcesses(entriesDir)
    const { client, engine } = await InProcessClient.connect((emit) =>
      createEngine({ userData, modelDirs, version: 'test', entriesDir, processes, emit }),
    )
    return {
      client,
      async close() {
        await engine.close()
        processes.close()
      },
    }
  },
})
