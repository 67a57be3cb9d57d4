/**
 * Joins a window to the engine: one channel for calls, cancels and events, one for dialogs. Only the main frame of our
 * own page is listened to.
 */
import { readMessage, type FromEngine } from '@shared/transport.js'
import {
  BrowserWindow,
  ipcMain,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type WebContents,
} from 'electron'
import type { EngineConnection } from '../hosts/engineConnection.js'
import type { EngineSupervisor } from '../hosts/engineSupervisor.js'
import { ORIGIN } from './appProtocol.js'
import { answerDialog } from './dialogs.js'

/** The same names stand in src/preload/index.ts. */
const CALLS = 'hilum'
const DIALOGS = 'hilum-dialog'

export function serveWindows(engine: EngineSupervisor): void {
  const connections = new Map<WebContents, EngineConnection>()

  const connected = (contents: WebContents): EngineConnection => {
    const open = connections.get(contents)
    if (open !== undefined) return open
    const deliver = (message: FromEngine): void => {
      if (!contents.isDestroyed()) contents.send(CALLS, message)
    }
    const connection = engine.connect(deliver)
    connections.set(contents, connection)
    // A reloaded page is another caller: what the one before had under way is cancelled.
    const over = (): void => {
      connection.close()
      connections.delete(contents)
      contents.off('destroyed', over)
      contents.off('did-start-navigation', navigated)
    }
    // The page's own history moves within one document, and a frame's navigation is not the page's.
    const navigated = (_event: unknown, _url: string, inPlace: boolean, mainFrame: boolean): void => {
      if (mainFrame && !inPlace) over()
    }
    contents.on('destroyed', over)
    contents.on('did-start-navigation', navigated)
    return connection
  }

  ipcMain.on(CALLS, (event, message: unknown) => {
    if (!isOurs(event)) return
    if (message === 'hello') {
      connected(event.sender)
      return
    }
    const read = readMessage(message)
    if (read !== undefined) connected(event.sender).send(read)
  })
  ipcMain.handle(DIALOGS, async (event, request: unknown) => {
    if (!isOurs(event)) return undefined
    return answerDialog(BrowserWindow.fromWebContents(event.sender), request)
  })
}

/** Whether a message comes from the main frame of our page, and not from a frame or a page that got in. */
export function isOurs(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame
  return frame !== null && frame === event.sender.mainFrame && frame.url.startsWith(`${ORIGIN}/`)
}
