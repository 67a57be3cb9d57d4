/**
 * The engine through what a day has, in a process of its own: argv[2] is `{ userData, modelDirs, entriesDir, cases, query }`
 * as JSON. With `call: 'out'` it instead tries to reach the network, to prove that whoever watches would see it.
 */
import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createEngine } from '../../src/engine/createEngine.js'
import { InProcessClient } from '../../src/engine/inProcessClient.js'
import { ForkedProcesses } from '../../src/engine/processes.js'
import type { Result } from '../../src/shared/errors.js'

type Asked = {
  userData: string
  modelDirs: string[]
  entriesDir: string
  cases: string
  query: string
  call?: 'out'
}
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.problem.code} ${result.problem.detail ?? ''}`)
  return result.value
}

async function day(): Promise<void> {
  const { userData, modelDirs, entriesDir, cases, query } = asked
  const processes = new ForkedProcesses(entriesDir)
  const { client, engine } = await InProcessClient.connect((emit) =>
    createEngine({ userData, modelDirs, version: 'test', entriesDir, processes, emit }),
  )
  value(await client.call('engine.doctor', {}))
  value(await client.call('library.open', { create: true }))
  value(await client.call('import.run', { sources: [{ kind: 'path', path: cases }] }))
  const { primary } = value(await client.call('query.open', { sources: [{ kind: 'path', path: query }] }))
  const queryId = primary as string
  value(await client.call('search.image', { queryId }))
  await client.call('search.text', { text: 'pneumonia' })
  value(await client.call('report.create', { queryId, path: join(userData, 'report.pdf') }))
  value(await client.call('evaluate.run', { gallery: 'library', queries: 'library' }))
  value(await client.call('library.backup', { path: join(userData, 'backup') }))
  // Long enough for anything that is sent in the background after a start.
  await new Promise((resolve) => setTimeout(resolve, 3000))
  await engine.close()
  processes.close()
}

async function callOut(): Promise<void> {
  await lookup('example.org').catch(() => undefined)
  await new Promise<void>((resolve) => {
    const socket = connect({ host: '192.0.2.1', port: 443, timeout: 500 })
    for (const event of ['connect', 'error', 'timeout'] as const)
      socket.on(event, () => {
        socket.destroy()
        resolve()
      })
  })
}

void (asked.call === 'out' ? callOut() : day()).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
