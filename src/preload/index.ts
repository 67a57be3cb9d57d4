/** The one typed object that the window gets: calls, events, grants and dialogs. Nothing of Electron itself crosses. */
import type { GrantedSource, RawElectronBridge } from '@shared/bridge.js'
import { grantedPath } from '@shared/bridge.js'
import { PathPolicy } from '@shared/pathPolicy.js'
import type { FromEngine, ToEngine } from '@shared/transport.js'
import { contextBridge, ipcRenderer } from 'electron'
import { Grants } from './grants.js'

/** Calls, cancels and events; the host's dialogs. The same names stand in src/main/ipc.ts. */
const CALLS = 'hilum'
const DIALOGS = 'hilum-dialog'

type Waiting = { settle: (result: unknown) => void; onProgress: ((progress: unknown) => void) | undefined }

const grants = new Grants()
const policy = new PathPolicy((token) => grants.path(token))
const waiting = new Map<number, Waiting>()
const listeners = new Set<(event: unknown) => void>()

const toMain = (message: ToEngine): void => ipcRenderer.send(CALLS, message)

ipcRenderer.on(CALLS, (_event, message: FromEngine) => {
  if ('event' in message) {
    const { event } = message
    if (event.type === 'progress') waiting.get(event.id)?.onProgress?.(event.progress)
    if (event.type === 'library') policy.learn(event.info)
    for (const listener of listeners) listener(event)
    return
  }
  if (message.result.ok) policy.learn(message.result.value)
  waiting.get(message.id)?.settle(message.result)
  waiting.delete(message.id)
})

async function picked(kind: 'files' | 'folder'): Promise<GrantedSource[] | undefined> {
  const chosen = (await ipcRenderer.invoke(DIALOGS, { open: kind })) as
    { path: string; name: string }[] | undefined
  return chosen?.map(({ path, name }) => ({ kind: 'granted', token: grants.grant(path), name }))
}

const bridge: RawElectronBridge = {
  platform: platform(),
  call: (id, method, payload, onProgress) => {
    const admitted = policy.admit(method, payload)
    if ('refused' in admitted) return Promise.resolve({ ok: false, problem: admitted.refused })
    return new Promise((settle) => {
      waiting.set(id, { settle, onProgress })
      toMain({ id, method, payload: admitted.payload })
    })
  },
  cancel: (id) => toMain({ cancel: id }),
  onEvent: (listener) => {
    listeners.add(listener)
    // The engine's state as it is now: the page may have come after the event that told it.
    if (listeners.size === 1) ipcRenderer.send(CALLS, 'hello')
    return () => void listeners.delete(listener)
  },
  grantOf: (seen) => grants.claim(seen),
  pickFiles: () => picked('files'),
  pickFolder: () => picked('folder'),
  saveAs: (name, bytes, mime) => ipcRenderer.invoke(DIALOGS, { save: { name, bytes, mime } }),
  saveTarget: async (name) => {
    const path = (await ipcRenderer.invoke(DIALOGS, { target: { name } })) as string | undefined
    return path === undefined ? undefined : grantedPath(grants.grant(path))
  },
}

function platform(): RawElectronBridge['platform'] {
  const { platform: system } = process
  return system === 'linux' || system === 'darwin' || system === 'win32' ? system : 'other'
}

grants.watch(window)
contextBridge.exposeInMainWorld('hilum', bridge)
