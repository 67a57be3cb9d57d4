/**
 * Process entry: tries a model pack on one execution provider of ONNX Runtime and answers with a `Trial`. A provider whose
 * libraries are missing may take the process with it; the engine then hears of its exit instead.
 */
import { firstLine, listedBackends, tryProvider } from './providers.js'
import { verifyPack } from './modelPacks.js'
import type { Trial } from '../ports/processes.js'
import type { MessagePortLike, ParentPort } from '../processes.js'

type Asked = { provider: string; packFolder: string }

const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort
if (parentPort === undefined) {
  process.on('message', (message) => void answer(message as Asked, (reply) => process.send?.(reply)))
  process.on('disconnect', () => process.exit(0))
} else
  parentPort.on('message', ({ ports }) => {
    const port = ports[0] as MessagePortLike
    port.on('message', ({ data }) => void answer(data as Asked, (reply) => port.postMessage(reply)))
    port.start()
  })

async function answer({ provider, packFolder }: Asked, send: (reply: Trial) => void): Promise<void> {
  try {
    if (provider !== 'cpu' && !(await listedBackends()).includes(provider)) {
      send({ available: false, reason: 'this build of ONNX Runtime does not have it on this system' })
      return
    }
    send(await tryProvider(provider, await verifyPack(packFolder, true)))
  } catch (error) {
    send({ available: false, reason: firstLine(error) })
  }
}
