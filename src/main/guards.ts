/** What no page of ours may ever do, whatever gets into it: Electron's security checklist, points 5 and 12 to 15. */
import { app, session, type WebContents } from 'electron'
import { ORIGIN } from './appProtocol.js'

/**
 * To be called before the app is ready. Chromium's own services (dictionaries, updates of its parts, reports) pass by the
 * session's requests: for them no name and no address resolves. The engine's downloads are its own process's.
 */
export function keepChromiumOffline(): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
}

/** Refuses permissions, navigation, new windows and embedded pages for every web contents of the app. */
export function guardEverything(): void {
  const ours = session.defaultSession
  ours.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  ours.setPermissionCheckHandler(() => false)
  ours.setDevicePermissionHandler(() => false)
  // The page is local and the engine downloads what the user asks for: Chromium itself has nothing to fetch.
  ours.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isLocal(details.url) }))
  // Else it fetches its dictionaries from their maker at the first start.
  ours.setSpellCheckerEnabled(false)
  ours.on('will-download', (event) => event.preventDefault())
  app.on('web-contents-created', (_event, contents) => guardContents(contents))
}

function guardContents(contents: WebContents): void {
  const refuse = (event: { preventDefault(): void }): void => event.preventDefault()
  contents.on('will-navigate', (event, url) => {
    if (!url.startsWith(`${ORIGIN}/`)) event.preventDefault()
  })
  contents.on('will-redirect', refuse)
  contents.on('will-attach-webview', refuse)
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** Blob and data addresses never leave the page; developer tools have their own scheme. */
function isLocal(url: string): boolean {
  return url.startsWith(`${ORIGIN}/`) || /^(blob|data|devtools):/.test(url)
}
