/** Thread entry: one session of the image tower, answering one batch after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { problemOf } from '@shared/errors.js'
import type { LaneData, LaneReply, LaneRequest } from './encoderLanes.js'
import { ImageTower } from './imageTower.js'

const { source, threads } = workerData as LaneData
const opened = ImageTower.open(source, threads)
// Refused with each request; until then it must not count as unhandled.
opened.catch(() => undefined)
let line: Promise<void> = Promise.resolve()

parentPort?.on('message', (request: LaneRequest) => {
  line = line.then(() => (request === 'end' ? end() : answer(request)))
})

async function answer({ id, images }: Exclude<LaneRequest, 'end'>): Promise<void> {
  const reply = (message: LaneReply) => parentPort?.postMessage(message)
  try {
    const tower = await opened
    const embeddings = await tower.run(images, {})
    const vectors = new Float32Array(images.length * source.dimension)
    embeddings.forEach(({ embedding }, i) => vectors.set(embedding, i * source.dimension))
    reply({ id, vectors })
  } catch (error) {
    reply({ id, problem: problemOf(error) })
  }
}

async function end(): Promise<void> {
  await opened.then(
    (tower) => tower.release(),
    () => undefined,
  )
  parentPort?.close()
}
