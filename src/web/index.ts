/**
 * Entry of the loopback host: `node out/web/index.cjs [--port N] [--library DIR | --demo] [--json]`. It prints its
 * address and runs until interrupted.
 */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { problemOf } from '@shared/errors.js'
import { ChannelClient } from '../hosts/engineConnection.js'
import { forkedEngine } from '../hosts/engineProcess.js'
import { EngineSupervisor } from '../hosts/engineSupervisor.js'
import { modelFolders, productVersion, userDataFolder } from '../hosts/places.js'
import { openDemo, sampleHits } from './sampleHits.js'
import { startLoopbackHost } from './server.js'

const root = resolve(__dirname, '..', '..')

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      library: { type: 'string' },
      demo: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const userData = userDataFolder()
  const engine = new EngineSupervisor(
    forkedEngine(join(root, 'out', 'engine', 'index.cjs')),
    {
      userData,
      modelDirs: modelFolders(join(root, 'resources'), userData),
      version: productVersion(root),
      ...(values.library === undefined ? {} : { library: resolve(values.library) }),
    },
    (line) => console.error(line),
  )
  let ending = false
  const host = await startLoopbackHost(engine, join(root, 'out', 'renderer'), Number(values.port), userData)
  const end = async (): Promise<void> => {
    if (ending) return
    ending = true
    await Promise.all([host.close(), engine.stop()])
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end())
  engine.start()
  const client = new ChannelClient((message) => connection.send(message))
  const connection = engine.connect((message) => client.receive(message))
  const address = host.address
  // The address is told when there is something to see behind it.
  const demo = values.demo ? await openDemo(client, (line) => console.error(line)) : undefined
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ address, port: host.port })}\n`)
  } else {
    console.log(`Hilum is open at  ${address}`)
    console.log('Only this computer can reach it, and only with this address. Ctrl C ends it.')
  }
  if (demo !== undefined) {
    const lines = typeof demo === 'number' ? await sampleHits(client, demo) : demo
    if (!values.json) for (const line of lines) console.log(line)
  }
}

main().catch((error: unknown) => {
  const { message, remedy, detail } = problemOf(error)
  console.error([message, detail, remedy].filter(Boolean).join(' '))
  process.exit(1)
})
