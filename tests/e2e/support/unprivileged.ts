/**
 * Electron as the ordinary user that a clinician is. Tests may run as root, to whom Chromium refuses its sandbox: then the
 * runtime is started as nobody, from a copy that nobody may read, and its sandbox is the real one.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

const NOBODY = 65_534

export type Unprivileged = {
  executablePath: string
  env: Record<string, string>
  remove(): void
}

/** Whether a sandbox asks for another user than the one that runs the tests. */
export const isRoot = (): boolean => process.platform === 'linux' && process.getuid?.() === 0

/** Whether the clone can be run by somebody else than root. */
export function nobodyReads(folder: string): boolean {
  const as = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups']
  return spawnSync('setpriv', [...as, 'test', '-r', join(folder, 'package.json')]).status === 0
}

/**
 * @param electron the runtime's executable
 * @param userData becomes nobody's
 */
export function asNobody(electron: string, userData: string): Unprivileged {
  const folder = mkdtempSync(join(tmpdir(), 'hilum-nobody-'))
  const home = join(folder, 'home')
  const runtime = join(folder, 'runtime')
  // Hard links where the disk allows: the runtime is 200 MB.
  try {
    execFileSync('cp', ['-al', dirname(electron), runtime], { stdio: 'ignore' })
  } catch {
    rmSync(runtime, { recursive: true, force: true })
    execFileSync('cp', ['-a', dirname(electron), runtime])
  }
  for (const each of [folder, runtime, ...foldersBelow(runtime)]) chmodSync(each, 0o755)
  mkdirSync(home)
  for (const each of [home, userData]) chownSync(each, NOBODY, NOBODY)
  const env: Record<string, string> = { HOME: home, XDG_RUNTIME_DIR: home, TMPDIR: home }
  const authority = process.env['XAUTHORITY']
  if (authority !== undefined) {
    env['XAUTHORITY'] = join(home, 'Xauthority')
    copyFileSync(authority, env['XAUTHORITY'])
    chownSync(env['XAUTHORITY'], NOBODY, NOBODY)
  }
  const executablePath = join(folder, 'electron.sh')
  writeFileSync(
    executablePath,
    `#!/bin/sh\nexec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups '${join(runtime, basename(electron))}' "$@"\n`,
    { mode: 0o755 },
  )
  return {
    executablePath,
    env,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

function foldersBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
}
