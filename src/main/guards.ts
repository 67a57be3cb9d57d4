/** What no page of ours may ever do, whatever gets into it: Electron's security checklist, points 5 and 12 to 15. */
import { app, session, type WebContents } from 'electron'
import { ORIGIN } from './appProtocol.js'

/** Refuses permissions, navigation, new windows and embedded pages for every web contents of the app. */
export function guardEverything(): void {
  const ours = session.defaultSession
  ours.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  ours.setPermissionCheckHandler(() => false)
  ours.setDevicePermissionHandler(() => false)
  // The page is local and the engine downloads what the user asks for: Chromium itself has nothing to fetch.
  ours.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isLocal(details.url) }))
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
