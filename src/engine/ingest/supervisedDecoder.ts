/**
 * The `Decoder` port over a small pool of decode processes: bounded in time and memory, restarted after a crash,
 * so that a hostile file costs one refusal and nothing else.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { HilumError, type Problem } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import type { Decoder, Item } from '../ports/decoding.js'
import type { Child, Processes } from '../ports/processes.js'
import type { Answers, ArchiveAt, FromDecoder, Job, Place, ToDecoder } from './protocol.js'

export type DecoderOptions = {
  /** Processes at once. */
  size?: number
  milliseconds?: number
  memoryBytes?: number
  /** Processes end after this long without work. */
  idleMilliseconds?: number
}
type Source = { path: string } | { bytes: Uint8Array }
type Task = {
  id: number
  name: string
  /** Made when the task goes to a process: archive bytes are sent once a process. */
  job: (worker: Worker) => Job
  resolve: (value: never) => void
  reject: (error: Error) => void
  /** Set once a process died with it and others in line: it runs alone the next time. */
  suspect?: boolean
  signal?: AbortSignal
  onAbort?: () => void
}
type Worker = {
  child: Child
  /** In the order sent; the first one runs. */
  tasks: Task[]
  startedAt: number | undefined
  holds: Set<number>
  idleSince: number
  memory: number
  /** Why we kill it, to tell its running task. */
  verdict?: 'DECODE_TIMEOUT' | 'IMAGE_BOMB' | 'CANCELLED'
  alone: boolean
}

/** Jobs in line in one process: the next one is there when the last one ends. */
const PIPELINE = 4
const WATCH_MILLISECONDS = 50
const PAGE = 4096

const SENTENCES = {
  DECODE_TIMEOUT: (file: string) => `${file} took too long to open and was set aside.`,
  DECODE_CRASHED: (file: string) => `Opening ${file} failed badly and it was set aside.`,
  IMAGE_BOMB: (file: string) => `${file} needed far more memory than its size allows and was set aside.`,
}

/** A thrown error of a problem that came over the channel. */
function errorOf(problem: Problem): HilumError {
  return new HilumError(
    problem.code,
    problem.message,
    problem.detail === undefined ? undefined : { detail: problem.detail },
  )
}

class SupervisedDecoder implements Decoder {
  readonly #processes: Processes
  readonly #size: number
  readonly #milliseconds: number
  readonly #memoryBytes: number
  readonly #idleMilliseconds: number
  readonly #queue: Task[] = []
  readonly #workers: Worker[] = []
  readonly #numbers = new WeakMap<Uint8Array, number>()
  #nextId = 1
  #nextNumber = 1
  #watch: NodeJS.Timeout | undefined
  #closed = false

  constructor(processes: Processes, options: DecoderOptions) {
    this.#processes = processes
    this.#size = options.size ?? 2
    this.#milliseconds = options.milliseconds ?? LIMITS.decodeMilliseconds
    this.#memoryBytes = options.memoryBytes ?? LIMITS.decodeMemoryBytes
    this.#idleMilliseconds = options.idleMilliseconds ?? 60_000
  }

  decode(item: Item, want: Parameters<Decoder['decode']>[1], signal?: AbortSignal) {
    return this.#run<'decode'>(
      item.name,
      (worker) => ({ op: 'decode', name: item.name, place: this.#place(item, worker), want }),
      signal,
    )
  }
  decodeNpz(archive: Source, split: string, signal?: AbortSignal) {
    return this.#run<'npz'>(
      split,
      (worker) => ({ op: 'npz', archive: this.#archive(archive, worker), split }),
      signal,
    )
  }
  frame(item: Item, frame: number, maxSide: number | undefined, signal?: AbortSignal) {
    return this.#run<'frame'>(
      item.name,
      (worker) => ({
        op: 'frame',
        name: item.name,
        place: this.#place(item, worker),
        frame,
        ...(maxSide === undefined ? {} : { maxSide }),
      }),
      signal,
    )
  }
  tags(item: Item, signal?: AbortSignal) {
    return this.#run<'tags'>(
      item.name,
      (worker) => ({ op: 'tags', name: item.name, place: this.#place(item, worker) }),
      signal,
    )
  }
  describe(item: Item, png: boolean, signal?: AbortSignal) {
    return this.#run<'describe'>(
      item.name,
      (worker) => ({ op: 'describe', name: item.name, place: this.#place(item, worker), png }),
      signal,
    )
  }

  close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#watch)
    this.#watch = undefined
    const tasks = [...this.#queue.splice(0), ...this.#workers.flatMap((worker) => worker.tasks.splice(0))]
    for (const task of tasks) this.#settle(task, () => task.reject(new HilumError('CANCELLED')))
    const ended = this.#workers.splice(0).map(
      (worker) =>
        new Promise<void>((resolve) => {
          worker.child.onExit(() => resolve())
          worker.child.kill()
        }),
    )
    return Promise.all(ended).then(() => undefined)
  }

  #run<O extends Job['op']>(
    name: string,
    job: Task['job'],
    signal: AbortSignal | undefined,
  ): Promise<Answers[O]> {
    if (this.#closed) return Promise.reject(new HilumError('ENGINE_RESTARTING'))
    if (signal?.aborted === true) return Promise.reject(new HilumError('CANCELLED'))
    return new Promise<Answers[O]>((resolve, reject) => {
      const task: Task = { id: this.#nextId++, name, job, resolve, reject }
      if (signal) {
        task.signal = signal
        task.onAbort = () => this.#abort(task)
        signal.addEventListener('abort', task.onAbort, { once: true })
      }
      this.#queue.push(task)
      this.#fill()
    })
  }

  #settle(task: Task, done: () => void): void {
    if (task.onAbort) task.signal?.removeEventListener('abort', task.onAbort)
    done()
  }

  #abort(task: Task): void {
    const cancelled = (): void => this.#settle(task, () => task.reject(new HilumError('CANCELLED')))
    const queued = this.#queue.indexOf(task)
    if (queued >= 0) {
      this.#queue.splice(queued, 1)
      cancelled()
      return
    }
    const worker = this.#workers.find((candidate) => candidate.tasks.includes(task))
    if (!worker) return
    if (worker.tasks[0] === task) {
      // It runs: only the process's end stops it. The ones behind it are put back in line.
      worker.verdict = 'CANCELLED'
      worker.child.kill()
      return
    }
    worker.tasks.splice(worker.tasks.indexOf(task), 1)
    this.#send(worker, { type: 'cancel', id: task.id })
    cancelled()
  }

  #send(worker: Worker, message: ToDecoder): void {
    worker.child.send(message)
  }

  #archive(source: Source, worker: Worker): ArchiveAt {
    if ('path' in source) return { path: source.path }
    let number = this.#numbers.get(source.bytes)
    if (number === undefined) {
      number = this.#nextNumber++
      this.#numbers.set(source.bytes, number)
    }
    if (!worker.holds.has(number)) {
      // One archive at a time is what imports do: what a process held before is let go.
      for (const old of worker.holds) this.#send(worker, { type: 'drop', number: old })
      worker.holds.clear()
      worker.holds.add(number)
      this.#send(worker, { type: 'hold', number, bytes: source.bytes })
    }
    return { held: number }
  }

  #place({ locator }: Item, worker: Worker): Place {
    if (locator.kind === 'file' || locator.kind === 'bytes') return locator
    return { ...locator, archive: this.#archive(locator.archive, worker) }
  }

  /** Gives queued tasks to the process with the shortest line; starts one more when all are at work. */
  #fill(): void {
    if (this.#closed) return
    while (this.#queue.length > 0) {
      const suspect = this.#queue[0]?.suspect === true
      const worker = this.#pick(suspect)
      if (!worker) break
      const task = this.#queue.shift() as Task
      worker.alone = suspect
      worker.tasks.push(task)
      let job: Job
      try {
        job = task.job(worker)
        this.#send(worker, { type: 'job', id: task.id, job })
      } catch (error) {
        worker.tasks.splice(worker.tasks.indexOf(task), 1)
        this.#settle(task, () => task.reject(error instanceof Error ? error : new Error(String(error))))
      }
    }
    if (this.#workers.length > 0 && !this.#watch) {
      this.#watch = setInterval(() => this.#look(), WATCH_MILLISECONDS)
      this.#watch.unref()
    }
  }

  #pick(alone: boolean): Worker | undefined {
    const free = this.#workers
      .filter((worker) => worker.verdict === undefined && !worker.alone)
      .filter((worker) => (alone ? worker.tasks.length === 0 : worker.tasks.length < PIPELINE))
      .sort((a, b) => a.tasks.length - b.tasks.length)[0]
    if (free && free.tasks.length === 0) return free
    if (this.#workers.length < this.#size) return this.#start()
    return free
  }

  #start(): Worker {
    const worker: Worker = {
      child: this.#processes.start('decoder'),
      tasks: [],
      startedAt: undefined,
      holds: new Set(),
      idleSince: performance.now(),
      memory: 0,
      alone: false,
    }
    worker.child.onMessage((message) => this.#hear(worker, message as FromDecoder))
    worker.child.onExit((reason) => this.#ended(worker, reason))
    this.#workers.push(worker)
    return worker
  }

  #hear(worker: Worker, message: FromDecoder): void {
    if (message.type === 'memory') {
      worker.memory = message.bytes
      return
    }
    const task = worker.tasks.find((candidate) => candidate.id === message.id)
    if (message.type === 'start') {
      worker.startedAt = performance.now()
      return
    }
    if (task) worker.tasks.splice(worker.tasks.indexOf(task), 1)
    // The next one in its line has begun with this answer.
    worker.startedAt = worker.tasks.length > 0 ? performance.now() : undefined
    if (!task) return
    if (worker.tasks.length === 0) {
      worker.alone = false
      worker.idleSince = performance.now()
    }
    this.#settle(task, () => {
      if (message.type === 'done') task.resolve(message.value as never)
      else task.reject(errorOf(message.problem))
    })
    this.#fill()
  }

  #ended(worker: Worker, reason: string): void {
    const at = this.#workers.indexOf(worker)
    if (at < 0) return
    this.#workers.splice(at, 1)
    const [running, ...waiting] = worker.tasks
    if (running) {
      const file = basename(running.name)
      if (worker.verdict === 'CANCELLED')
        this.#settle(running, () => running.reject(new HilumError('CANCELLED')))
      else if (worker.verdict) this.#refuse(running, worker.verdict, SENTENCES[worker.verdict](file), reason)
      else if (waiting.length === 0)
        this.#refuse(running, 'DECODE_CRASHED', SENTENCES.DECODE_CRASHED(file), reason)
      else {
        // Which of them it was is not certain when a process just dies: the first one is tried again, alone.
        running.suspect = true
        waiting.unshift(running)
      }
    }
    this.#queue.unshift(...waiting)
    this.#fill()
  }

  #refuse(
    task: Task,
    code: 'DECODE_TIMEOUT' | 'IMAGE_BOMB' | 'DECODE_CRASHED',
    message: string,
    detail: string,
  ): void {
    this.#settle(task, () => task.reject(new HilumError(code, message, { detail })))
  }

  /** Kills what takes too long or too much; ends what has had nothing to do. */
  #look(): void {
    const now = performance.now()
    for (const worker of [...this.#workers]) {
      if (worker.verdict !== undefined) continue
      if (worker.tasks.length === 0) {
        if (now - worker.idleSince > this.#idleMilliseconds) {
          this.#workers.splice(this.#workers.indexOf(worker), 1)
          worker.child.kill()
        }
        continue
      }
      if (worker.startedAt !== undefined && now - worker.startedAt > this.#milliseconds)
        worker.verdict = 'DECODE_TIMEOUT'
      else if (residentBytes(worker) > this.#memoryBytes) worker.verdict = 'IMAGE_BOMB'
      if (worker.verdict) worker.child.kill()
    }
    if (this.#workers.length === 0) {
      clearInterval(this.#watch)
      this.#watch = undefined
    }
  }
}

function residentBytes(worker: Worker): number {
  if (process.platform !== 'linux' || worker.child.pid === undefined) return worker.memory
  try {
    // At once: no disk is read, and twenty times a second the way through the thread pool costs ten times as much.
    const statm = readFileSync(`/proc/${worker.child.pid}/statm`, 'latin1')
    return Number(statm.split(' ')[1]) * PAGE
  } catch {
    // The process has just ended: its exit is reported by itself.
    return 0
  }
}

/** A decoder over decode processes that `processes` starts. */
export function createSupervisedDecoder(processes: Processes, options: DecoderOptions = {}): Decoder {
  return new SupervisedDecoder(processes, options)
}
