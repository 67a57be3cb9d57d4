/** Puts a verified pack into the user's models: the bytes that were checked, written aside and then renamed. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { HilumError } from '@shared/errors.js'
import type { VerifiedPack } from '../ports/models.js'
import { listPackFolders, readManifest } from './modelPacks.js'

const PART = '.part-'

/**
 * @param modelDirs in order of preference; the last is the user's own and the one written to
 * @returns the installed pack's folder
 * @throws HilumError MODEL_INVALID when another pack of this id is there, STORAGE_FAILED or DISK_FULL
 */
export async function installPack(pack: VerifiedPack, modelDirs: readonly string[]): Promise<string> {
  const { id } = pack.manifest
  const models = modelDirs.at(-1)
  if (models === undefined) throw new HilumError('MODEL_NOT_FOUND', 'There is no folder for models.')
  const target = join(models, id)
  const known = (await listPackFolders(modelDirs)).find((folder) => basename(folder) === id)
  if (known !== undefined) {
    if (await isSame(known, pack)) return known
    throw new HilumError(
      'MODEL_INVALID',
      `The model pack "${id}" is refused: another pack of this id is installed. Give the new one another id.`,
    )
  }
  const part = join(models, `${PART}${randomUUID()}`)
  try {
    await mkdir(models, { recursive: true, mode: 0o700 })
    await removeLeftOvers(models)
    await mkdir(part, { mode: 0o700 })
    for (const [name, bytes] of pack.files) await writeDurably(join(part, name), bytes)
    await writeDurably(join(part, 'model.json'), pack.manifestBytes)
    await rename(part, target)
    return target
  } catch (cause) {
    await rm(part, { recursive: true, force: true })
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC'
    throw new HilumError(full ? 'DISK_FULL' : 'STORAGE_FAILED', 'The model pack could not be copied.', {
      cause,
    })
  }
}

async function isSame(folder: string, pack: VerifiedPack): Promise<boolean> {
  const manifest = await readManifest(folder).catch(() => undefined)
  return manifest !== undefined && JSON.stringify(manifest) === JSON.stringify(pack.manifest)
}

/** Of installs that were killed. */
async function removeLeftOvers(models: string): Promise<void> {
  for (const name of await readdir(models))
    if (name.startsWith(PART)) await rm(join(models, name), { recursive: true, force: true })
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
