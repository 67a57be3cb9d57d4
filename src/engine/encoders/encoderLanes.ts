/**
 * Threads that encode images side by side, for imports and evaluations. One run over two threads of its own costs
 * twice the processor time of two runs of one thread each (small convolutions wait for one another), and here
 * nothing holds the engine's thread. Started at first use, ended when there has been nothing to do for a while.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { HilumError, type Problem } from '@shared/errors.js'
import type { DisplayImage } from '../ports/decoding.js'
import type { ImageEmbedding } from '../ports/models.js'
import type { TowerSource } from './imageTower.js'

/** Weights kept in memory by all lanes together: a large model gets fewer lanes with more threads each. */
const WEIGHT_BYTES = 256 * 1024 * 1024
const MOST_LANES = 8
const IDLE_MILLISECONDS = 20_000
/** Images waiting in a lane beside those it works on: it never has to wait for the next. */
const IN_LINE = 2

export type LaneData = { source: TowerSource; threads: number }
export type LaneRequest = { id: number; images: DisplayImage[] } | 'end'
/** `vectors` is n * dimension. */
export type LaneReply = { id: number; vectors: Float32Array } | { id: number; problem: Problem }

type Task = {
  images: readonly DisplayImage[]
  resolve(embeddings: ImageEmbedding[]): void
  reject(error: Error): void
}
type Lane = { worker: Worker; tasks: Map<number, Task>; ended: Promise<void> }

export class EncoderLanes {
  readonly #entry: string
  readonly #source: TowerSource
  readonly #count: number
  readonly #lanes: Lane[] = []
  readonly #queue: Task[] = []
  #next = 1
  #idle: NodeJS.Timeout | undefined
  #broken = false

  /** @param entry path of the built `encoderLane.cjs` */
  constructor(entry: string, source: TowerSource) {
    this.#entry = entry
    this.#source = source
    const byMemory = Math.max(1, Math.floor(WEIGHT_BYTES / source.bytes.byteLength))
    this.#count = Math.min(MOST_LANES, availableParallelism(), byMemory)
  }

  /** False once a lane has failed as a whole: the engine's own thread does the work then. */
  get usable(): boolean {
    return !this.#broken
  }

  get running(): boolean {
    return this.#lanes.length > 0
  }

  /** Starts all lanes, so that their sessions are open when the first images come. */
  prepare(): void {
    while (!this.#broken && this.#lanes.length < this.#count) this.#start()
    this.#restSoon()
  }

  /**
   * Images of one size. @throws HilumError MODEL_FAILED
   */
  encode(images: readonly DisplayImage[]): Promise<ImageEmbedding[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ images, resolve, reject })
      this.#fill()
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    const lanes = this.#lanes.splice(0)
    for (const { worker } of lanes) worker.postMessage('end' satisfies LaneRequest)
    await Promise.all(lanes.map(({ ended }) => ended))
  }

  #fill(): void {
    while (this.#queue.length > 0) {
      const lane = this.#pick()
      if (lane === undefined) break
      const task = this.#queue.shift() as Task
      const id = this.#next++
      lane.tasks.set(id, task)
      // A process may end while nothing is asked, and may not while something is.
      lane.worker.ref()
      lane.worker.postMessage({ id, images: [...task.images] } satisfies LaneRequest)
    }
    this.#restSoon()
  }

  #restSoon(): void {
    clearTimeout(this.#idle)
    if (this.#lanes.length === 0 || this.#lanes.some(({ tasks }) => tasks.size > 0)) return
    this.#idle = setTimeout(() => void this.close(), IDLE_MILLISECONDS)
    this.#idle.unref()
  }

  /** The lane with the shortest line; one more while there may be more and all are at work. */
  #pick(): Lane | undefined {
    const [free] = [...this.#lanes].sort((a, b) => a.tasks.size - b.tasks.size)
    if (free?.tasks.size === 0) return free
    if (this.#lanes.length < this.#count) return this.#start()
    return free !== undefined && free.tasks.size < IN_LINE ? free : undefined
  }

  #start(): Lane {
    const threads = Math.max(1, Math.floor(availableParallelism() / this.#count))
    const workerData: LaneData = { source: this.#source, threads }
    const worker = new Worker(this.#entry, { workerData })
    worker.unref()
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    const lane: Lane = { worker, tasks: new Map(), ended }
    worker.on('message', (reply: LaneReply) => this.#settle(lane, reply))
    worker.on('error', (error: Error) => this.#fail(lane, error.message))
    worker.on('exit', (code) => this.#fail(lane, `the encoder's thread ended with ${code}`))
    this.#lanes.push(lane)
    return lane
  }

  #settle(lane: Lane, reply: LaneReply): void {
    const task = lane.tasks.get(reply.id)
    lane.tasks.delete(reply.id)
    if (lane.tasks.size === 0) lane.worker.unref()
    if ('problem' in reply) {
      const { code, message, detail } = reply.problem
      task?.reject(new HilumError(code, message, detail === undefined ? {} : { detail }))
    } else if (task !== undefined) {
      const dimension = this.#source.dimension
      task.resolve(
        task.images.map((_, i) => ({
          embedding: reply.vectors.slice(i * dimension, (i + 1) * dimension),
        })),
      )
    }
    this.#fill()
  }

  /** What a lane was doing is refused: whoever asked tries again on the engine's own thread. */
  #fail(lane: Lane, detail: string): void {
    const at = this.#lanes.indexOf(lane)
    // A lane that was told to end.
    if (at < 0) return
    this.#lanes.splice(at, 1)
    this.#broken = true
    for (const task of [...lane.tasks.values(), ...this.#queue.splice(0)])
      task.reject(new HilumError('MODEL_FAILED', undefined, { detail }))
    lane.tasks.clear()
  }
}
