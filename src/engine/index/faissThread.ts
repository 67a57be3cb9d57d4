/** The engine's end of the FAISS thread: one a process, started on first use, never started twice. */
import * as path from 'node:path'
import { Worker } from 'node:worker_threads'
import { HilumError } from '@shared/errors.js'
import type { FaissAnswer, FaissMessage, FaissReply, FaissRequest } from './faissProtocol.js'

const REMEDY =
  'Run "node scripts/faiss-build.js" in Hilum\'s folder; on Debian or Ubuntu it needs: apt-get install -y g++ libfaiss-dev libopenblas-dev'

type Waiting = {
  resolve(answer: FaissAnswer): void
  reject(error: HilumError): void
}

/** FAISS knows nothing of this set of allowed keys any more: it has to be sent again. */
export class AllowSetGone extends Error {}

export class FaissThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #next = 1
  #nextIndex = 1
  #failed: HilumError | undefined

  /** @param entry path of the built `faissWorker.cjs` */
  constructor(entry: string) {
    this.#worker = new Worker(entry)
    this.#worker.unref()
    this.#worker.on('message', (reply: FaissReply) => this.#settle(reply))
    this.#worker.on('error', (error: Error) => this.#fail(`the FAISS thread failed: ${error.message}`))
    this.#worker.on('exit', (code) => this.#fail(`the FAISS thread ended with ${code}`))
  }

  /** A number no other index of this thread has. */
  newIndex(): number {
    const index = this.#nextIndex
    this.#nextIndex += 1
    return index
  }

  /** @throws ENGINE_FAILED with what to do when FAISS cannot be loaded on this machine */
  ask(request: FaissRequest): Promise<FaissAnswer> {
    if (this.#failed) return Promise.reject(this.#failed)
    const id = this.#next
    this.#next += 1
    const message: FaissMessage = { id, request }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      // A process may end while nothing is asked, and may not while something is.
      if (this.#waiting.size === 1) this.#worker.ref()
      this.#worker.postMessage(message)
    })
  }

  #settle(reply: FaissReply): void {
    if ('fatal' in reply) {
      this.#fail(reply.fatal)
      return
    }
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if (reply.ok) waiting?.resolve(reply.value)
    else
      waiting?.reject(
        new HilumError('ENGINE_FAILED', 'The image index failed.', {
          detail: reply.reason,
          cause: reply.missingAllow ? new AllowSetGone() : undefined,
        }),
      )
  }

  #fail(detail: string): void {
    this.#failed ??= new HilumError(
      'ENGINE_FAILED',
      `FAISS, which searches the images, cannot be loaded on this machine. ${REMEDY}`,
      { detail },
    )
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failed)
    this.#waiting.clear()
    this.#worker.unref()
  }
}

let shared: { thread: FaissThread; entriesDir: string } | undefined

/** The process's FAISS thread. `entriesDir` holds the built `faissWorker.cjs`. */
export function faissThread(entriesDir: string): FaissThread {
  // OpenMP's threads spin while they wait by default, and take the cores from the encoder and the event loop: on two
  // cores a search then took up to ten times as long. Read once, when the native library loads.
  process.env['OMP_WAIT_POLICY'] ??= 'PASSIVE'
  shared ??= { thread: new FaissThread(path.join(entriesDir, 'faissWorker.cjs')), entriesDir }
  return shared.thread
}
