/**
 * The one thread that loads FAISS: its calls block, and loading the addon in two threads of a process crashes it.
 * Answers one request after the other; never lets FAISS see input on which it would abort the process.
 */
import { parentPort } from 'node:worker_threads'
import type { FaissAnswer, FaissMessage, FaissReply, FaissRequest } from './faissProtocol.js'
import { FlatIndex, type FaissModule } from './flatIndex.js'

const KEPT_ALLOW_SETS = 8

class MissingAllowSet extends Error {}

class FaissServer {
  readonly #faiss: FaissModule
  readonly #indexes = new Map<number, FlatIndex>()
  readonly #allowed = new Map<number, ReadonlySet<number>>()
  constructor(faiss: FaissModule) {
    this.#faiss = faiss
  }

  answer(request: FaissRequest): FaissAnswer {
    switch (request.op) {
      case 'create':
        return this.#keep(request.index, new FlatIndex(this.#faiss, request.dimension))
      case 'load':
        return this.#keep(request.index, new FlatIndex(this.#faiss, request.dimension, request))
      case 'drop':
        this.#indexes.delete(request.index)
        return { size: 0 }
      case 'rank': {
        const index = new FlatIndex(this.#faiss, request.vector.length)
        index.add(request.keys, request.vectors)
        return index.search(request.vector, request.k)
      }
      case 'add':
      case 'remove': {
        const index = this.#index(request.index)
        if (request.op === 'add') index.add(request.keys, request.vectors)
        else index.remove(request.keys)
        return { size: index.size }
      }
      case 'searchMany':
        return this.#index(request.index).searchMany(request.vectors, request.k)
      case 'search':
        return this.#index(request.index).search(request.vector, request.k, this.#allow(request.allow))
    }
  }

  #keep(name: number, index: FlatIndex): FaissAnswer {
    this.#indexes.set(name, index)
    return { size: index.size }
  }

  #index(name: number): FlatIndex {
    const index = this.#indexes.get(name)
    if (!index) throw new Error('no such index')
    return index
  }

  #allow(allow: { id: number; keys?: Float64Array } | undefined): ReadonlySet<number> | undefined {
    if (!allow) return undefined
    if (allow.keys) {
      this.#allowed.set(allow.id, new Set(allow.keys))
      for (const old of this.#allowed.keys()) {
        if (this.#allowed.size <= KEPT_ALLOW_SETS) break
        this.#allowed.delete(old)
      }
    }
    const known = this.#allowed.get(allow.id)
    if (!known) throw new MissingAllowSet('the set of allowed keys is not known')
    return known
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function serve(): Promise<void> {
  const port = parentPort
  if (!port) throw new Error('runs as a worker thread only')
  const reply = (message: FaissReply) => port.postMessage(message)
  let server: FaissServer
  try {
    const faiss = await import('faiss-node')
    server = new FaissServer(faiss.default ?? faiss)
  } catch (error) {
    port.on('message', () => reply({ fatal: reasonOf(error) }))
    return
  }
  port.on('message', ({ id, request }: FaissMessage) => {
    try {
      reply({ id, ok: true, value: server.answer(request) })
    } catch (error) {
      const missing = error instanceof MissingAllowSet ? { missingAllow: true as const } : {}
      reply({ id, ok: false, reason: reasonOf(error), ...missing })
    }
  })
}

void serve()
