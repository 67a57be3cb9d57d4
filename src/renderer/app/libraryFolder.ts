import { grantedPath } from '@shared/bridge.js'
import { host } from '../host/client.js'
import { s } from '../strings/strings.js'
import { openLibrary } from './session.js'

/** Opens the library in a folder the user chooses, or makes one there. A browser has no such folders. */
export async function openLibraryFolder(): Promise<void> {
  const chosen = await host().pickFolder()
  const first = chosen?.[0]
  if (first?.kind === 'granted') await openLibrary(grantedPath(first.token), true)
}

/** Why no folder can be opened here; undefined where one can. */
export const whyNoLibraryFolder = (): string | undefined =>
  host().host === 'web' ? s.shell.notInBrowser : undefined
