/** Where things are: the user's data, the bundled models, the built entries, a Node that can run the engine. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The folder of libraries and settings; `HILUM_USER_DATA` overrides it. */
export function userDataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['HILUM_USER_DATA']
  if (chosen !== undefined && chosen !== '') return chosen
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Hilum')
  if (process.platform === 'win32')
    return join(environment['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Hilum')
  // XDG Base Directory Specification: a relative value is to be ignored.
  const xdg = environment['XDG_DATA_HOME']
  return join(xdg?.startsWith('/') === true ? xdg : join(homedir(), '.local', 'share'), 'hilum')
}

/** Model packs: the bundled ones, then the user's own. */
export function modelFolders(resources: string, userData: string): string[] {
  return [join(resources, 'models'), join(userData, 'models')]
}

/** @param root the folder of package.json */
export function productVersion(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return version
}

/** Node 24 as npm brought it, for hosts whose own runtime cannot run the engine. `HILUM_NODE` overrides it. */
export function engineNode(root: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const chosen = environment['HILUM_NODE']
  if (chosen !== undefined && chosen !== '') return chosen
  const system = process.platform === 'win32' ? 'win' : process.platform
  const names = process.platform === 'win32' ? ['bin/node.exe', 'node.exe'] : ['bin/node']
  return names
    .map((name) => join(root, 'node_modules', `node-${system}-${process.arch}`, name))
    .find((candidate) => existsSync(candidate))
}
