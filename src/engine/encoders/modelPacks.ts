/** Model packs on disk: found, read once, checked against their manifest, and only then handed on as bytes. */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { HilumError } from '@shared/errors.js'
import { modelPackSchema, type ModelPack } from '@shared/modelPack.js'
import type { VerifiedPack } from '../ports/models.js'
import { inspectOnnx } from './onnxGraph.js'

/** A manifest is a few kilobytes; no encoder for this job is near the second figure. */
const MANIFEST_BYTES = 1024 * 1024
const FILE_BYTES = 2 * 1024 * 1024 * 1024

/**
 * Folders that look like packs, in the order of `modelDirs` and by name; an id that occurs twice counts once.
 * @param modelDirs folders that hold packs; a missing one is skipped
 */
export async function listPackFolders(modelDirs: readonly string[]): Promise<string[]> {
  const folders: string[] = []
  const seen = new Set<string>()
  for (const dir of modelDirs) {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => [])
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!entry.isDirectory() || entry.name.startsWith('.') || seen.has(entry.name)) continue
      const manifest = await lstat(join(dir, entry.name, 'model.json')).catch(() => undefined)
      if (manifest === undefined) continue
      seen.add(entry.name)
      folders.push(join(dir, entry.name))
    }
  }
  return folders
}

/**
 * Reads and checks a whole pack.
 * @param anyName for a pack that is not installed: its folder may be called otherwise than its id
 * @throws HilumError MODEL_INVALID with the reason: manifest unreadable or of another shape, id other than the
 * folder's name, a named file missing, a link, not plain or with another SHA-256, a tower's file unnamed, weights
 * kept outside the ONNX file, foreign operators
 */
export async function verifyPack(folder: string, anyName = false): Promise<VerifiedPack> {
  const { manifest, bytes: manifestBytes } = await readWhole(folder)
  if (!anyName && manifest.id !== basename(folder))
    throw refused(folder, `its id "${manifest.id}" is not its folder's name`)
  const { image, text } = manifest.towers
  const needed = [image.file, ...(text ? [text.file, text.tokenizer] : [])]
  if (manifest.training.images !== undefined) needed.push(manifest.training.images)
  for (const name of needed)
    if (!Object.hasOwn(manifest.files, name)) throw refused(folder, `it names no hash for ${name}`)

  const files = new Map<string, Uint8Array>()
  for (const [name, expected] of Object.entries(manifest.files)) {
    const bytes = await readPlain(folder, name, FILE_BYTES)
    const actual = createHash('sha256').update(bytes).digest('hex')
    if (actual !== expected) throw refused(folder, `${name} is not the file its manifest names`)
    files.set(name, bytes)
  }
  for (const tower of [image, ...(text ? [text] : [])])
    inspectOnnx(files.get(tower.file) as Uint8Array, tower.file)
  return { folder, manifest, manifestBytes, sha256: manifest.files[image.file] as string, files }
}

/** The manifest alone, without the files: for lists. Same errors as {@link verifyPack} for the manifest. */
export async function readManifest(folder: string): Promise<ModelPack> {
  return (await readWhole(folder)).manifest
}

async function readWhole(folder: string): Promise<{ manifest: ModelPack; bytes: Uint8Array }> {
  const link = await lstat(folder).catch(() => undefined)
  if (link === undefined || !link.isDirectory()) throw refused(folder, 'it is no folder')
  const bytes = await readPlain(folder, 'model.json', MANIFEST_BYTES)
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new HilumError('MODEL_INVALID', `The model pack is refused: model.json is no JSON.`, { cause })
  }
  const checked = modelPackSchema.safeParse(parsed)
  if (checked.success) return { manifest: checked.data, bytes }
  const [issue] = checked.error.issues
  throw refused(folder, `model.json is not as it should be (${issue?.path.join('.')}: ${issue?.message})`)
}

/** Reads a plain file of the pack, never through a link. */
async function readPlain(folder: string, name: string, limit: number): Promise<Uint8Array> {
  if (basename(name) !== name || name === '..') throw refused(folder, `${name} points outside the pack`)
  const path = join(folder, name)
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(
    (cause: unknown) => {
      throw new HilumError('MODEL_INVALID', `The model pack is refused: ${name} is missing or is a link.`, {
        cause,
      })
    },
  )
  try {
    // Windows has no O_NOFOLLOW, so the name itself is looked at as well.
    const [opened, named] = [await handle.stat(), await lstat(path)]
    if (!opened.isFile() || !named.isFile()) throw refused(folder, `${name} is no plain file`)
    if (opened.size > limit) throw refused(folder, `${name} is too large`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

function refused(folder: string, why: string): HilumError {
  return new HilumError('MODEL_INVALID', `The model pack "${basename(folder)}" is refused: ${why}.`)
}
