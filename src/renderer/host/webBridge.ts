/** The window's bridge to its host: Electron's preload where there is one, otherwise the loopback host's web socket. */
import type { DroppedFile, GrantedSource, HilumBridge, RawElectronBridge } from '@shared/bridge.js'
import type { HilumEvent, Method, Output } from '@shared/contract.js'
import type { Progress } from '@shared/domain/library.js'
import { problem, type Result } from '@shared/errors.js'
import { frameOf, messageOf } from '@shared/framing.js'
import type { CallOptions, FromEngine } from '@shared/transport.js'
import { Sending } from './sending.js'

declare global {
  interface Window {
    hilum?: RawElectronBridge
  }
}

/** Milliseconds between tries to reach the host again. */
const RECONNECT_MS = 500

export function getBridge(): HilumBridge {
  return window.hilum === undefined ? new SocketBridge() : electronBridge(window.hilum)
}

async function bytesOf({ file, relativePath }: DroppedFile): Promise<GrantedSource> {
  return { kind: 'bytes', name: relativePath || file.name, bytes: new Uint8Array(await file.arrayBuffer()) }
}

function electronBridge(raw: RawElectronBridge): HilumBridge {
  let id = 0
  return {
    host: 'electron',
    platform: raw.platform,
    async call<M extends Method>(
      method: M,
      payload: unknown,
      options: { signal?: AbortSignal; onProgress?: (p: Progress) => void } = {},
    ) {
      const { signal, onProgress } = options
      if (signal?.aborted === true) return { ok: false as const, problem: problem('CANCELLED') }
      const own = ++id
      const cancel = (): void => raw.cancel(own)
      signal?.addEventListener('abort', cancel, { once: true })
      try {
        const progress = onProgress && ((value: unknown): void => onProgress(value as Progress))
        return (await raw.call(own, method, payload, progress)) as Result<Output<M>>
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    onEvent: (listener) => raw.onEvent((event) => listener(event as HilumEvent)),
    async sourcesOf(files) {
      const sources: GrantedSource[] = []
      for (const dropped of files) {
        const { name, size, lastModified } = dropped.file
        const token = raw.grantOf({ name, size, lastModified })
        // A picture pasted from the clipboard lies in no file: then its bytes are the source.
        sources.push(token === undefined ? await bytesOf(dropped) : { kind: 'granted', token, name })
      }
      return sources
    },
    pickFiles: () => raw.pickFiles(),
    pickFolder: () => raw.pickFolder(),
    saveAs: async (name, bytes, mime) => (await raw.saveAs(name, bytes, mime)) as Result<string> | undefined,
    saveTarget: (name) => raw.saveTarget(name),
  }
}

type Waiting = { settle: (result: Result<unknown>) => void; onProgress: ((p: Progress) => void) | undefined }

class SocketBridge implements HilumBridge {
  readonly host = 'web'
  readonly platform = platformOfBrowser()
  readonly #listeners = new Set<(event: HilumEvent) => void>()
  readonly #waiting = new Map<number, Waiting>()
  readonly #sending = new WeakMap<WebSocket, Sending>()
  #socket: Promise<WebSocket> | undefined
  #latest: HilumEvent | undefined
  #id = 0

  async call<M extends Method>(
    method: M,
    payload: unknown,
    options: CallOptions = {},
  ): Promise<Result<Output<M>>> {
    if (options.signal?.aborted === true) return { ok: false, problem: problem('CANCELLED') }
    const socket = await this.#connected()
    const sending = this.#sendingOn(socket)
    const sendable = await sending.sendable(payload, options)
    if (!sendable.ok) return sendable
    const { entries } = sendable.value
    const result = await this.#request(socket, method, sendable.value.payload, options)
    // A search looks at its files again; nothing else does.
    if (entries.length > 0 && method !== 'query.open') {
      sending.forget(payload)
      void this.#request(socket, 'host.release', { entries })
    }
    return result as Result<Output<M>>
  }

  #sendingOn(socket: WebSocket): Sending {
    const known = this.#sending.get(socket)
    if (known !== undefined) return known
    const sending = new Sending((parts) => this.#request(socket, 'host.keep', { parts }))
    this.#sending.set(socket, sending)
    return sending
  }

  async #request(
    socket: WebSocket,
    method: string,
    payload: unknown,
    { signal, onProgress }: CallOptions = {},
  ): Promise<Result<unknown>> {
    // What was lost while files travelled is not answered any more.
    if (socket.readyState !== WebSocket.OPEN) return { ok: false, problem: problem('ENGINE_RESTARTING') }
    const id = ++this.#id
    const cancel = (): void => {
      if (socket.readyState === WebSocket.OPEN)
        socket.send(frameOf({ cancel: id }) as Uint8Array<ArrayBuffer>)
    }
    try {
      return await new Promise<Result<unknown>>((settle) => {
        this.#waiting.set(id, { settle, onProgress })
        signal?.addEventListener('abort', cancel, { once: true })
        socket.send(frameOf({ id, method, payload }) as Uint8Array<ArrayBuffer>)
      })
    } finally {
      this.#waiting.delete(id)
      signal?.removeEventListener('abort', cancel)
    }
  }

  onEvent(listener: (event: HilumEvent) => void): () => void {
    this.#listeners.add(listener)
    void this.#connected()
    const latest = this.#latest
    if (latest !== undefined) queueMicrotask(() => listener(latest))
    return () => this.#listeners.delete(listener)
  }

  sourcesOf(files: readonly DroppedFile[]): Promise<GrantedSource[]> {
    return Promise.resolve(
      files.map(({ file, relativePath }) => ({ kind: 'file', name: relativePath || file.name, file })),
    )
  }

  pickFiles(): Promise<GrantedSource[] | undefined> {
    return this.#pick({ multiple: true })
  }

  pickFolder(): Promise<GrantedSource[] | undefined> {
    return this.#pick({ multiple: true, webkitdirectory: true })
  }

  saveAs(suggestedName: string, bytes: Uint8Array, mime: string): Promise<Result<string>> {
    const url = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: mime }))
    const link = Object.assign(document.createElement('a'), { href: url, download: suggestedName })
    link.click()
    // The download has to have read the blob before its address goes.
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
    return Promise.resolve({ ok: true, value: suggestedName })
  }

  saveTarget(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  #pick(traits: { multiple: boolean; webkitdirectory?: boolean }): Promise<GrantedSource[] | undefined> {
    const input = Object.assign(document.createElement('input'), { type: 'file', ...traits })
    return new Promise((resolve) => {
      input.addEventListener('cancel', () => resolve(undefined), { once: true })
      input.addEventListener(
        'change',
        () => {
          const files = Array.from(input.files ?? [])
          resolve(
            this.sourcesOf(
              files.map((file) => ({ file, relativePath: file.webkitRelativePath || file.name })),
            ),
          )
        },
        { once: true },
      )
      input.click()
    })
  }

  #connected(): Promise<WebSocket> {
    return (this.#socket ??= this.#connect())
  }

  async #connect(): Promise<WebSocket> {
    for (;;) {
      const socket = await tryConnect()
      if (socket !== undefined) {
        socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) =>
          this.#receive(messageOf(new Uint8Array(data)) as FromEngine),
        )
        socket.addEventListener('close', () => this.#lost(), { once: true })
        return socket
      }
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS))
    }
  }

  /** The host is gone or starts anew: what was under way is answered, and the socket is sought again. */
  #lost(): void {
    for (const { settle } of this.#waiting.values())
      settle({ ok: false, problem: problem('ENGINE_RESTARTING') })
    this.#emit({ type: 'engine', state: 'restarting', problem: problem('ENGINE_RESTARTING') })
    this.#socket = this.#connect()
  }

  #receive(message: FromEngine): void {
    if ('event' in message) {
      if (message.event.type === 'progress')
        this.#waiting.get(message.event.id)?.onProgress?.(message.event.progress)
      this.#emit(message.event)
    } else this.#waiting.get(message.id)?.settle(message.result)
  }

  #emit(event: HilumEvent): void {
    if (event.type === 'engine') this.#latest = event
    for (const listener of this.#listeners) listener(event)
  }
}

/** One try. The socket's cookie was set by the first visit with the printed address. */
function tryConnect(): Promise<WebSocket | undefined> {
  const socket = new WebSocket(`ws://${window.location.host}/`)
  socket.binaryType = 'arraybuffer'
  return new Promise((resolve) => {
    socket.addEventListener('open', () => resolve(socket), { once: true })
    socket.addEventListener('error', () => resolve(undefined), { once: true })
  })
}

function platformOfBrowser(): HilumBridge['platform'] {
  const agent = navigator.userAgent
  if (agent.includes('Windows')) return 'win32'
  if (agent.includes('Mac')) return 'darwin'
  return agent.includes('Linux') ? 'linux' : 'other'
}
