/** Files below a folder: natural order, dot-files and links to folders left out. */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import { fileError } from './bytesOf.js'

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
/** Natural order: `im2` before `im10`. */
export const byName = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)

/** Names that are never images and never worth a word: system files and what accompanies data. */
const SILENT =
  /^(thumbs\.db|desktop\.ini|dicomdir|__macosx|license|licence|readme|autorun\.inf)$|\.(txt|md|csv|tsv|json|xml|html?|css|js|log|ini|inf|db|py|ipynb|yml|yaml|docx?|xlsx?|exe|dll|jar|sh|bat|sha256|md5)$/i
/** Whether a file beside images is passed over without a refusal. */
export function isSilent(name: string): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1)
  return base.startsWith('.') || SILENT.test(base) || /(^|\/)(\.(?!\.?\/)|__MACOSX)/.test(name)
}

/** Depth of folders below the dropped one: deeper ones are a loop or an accident. */
const DEEPEST = 64

/**
 * Relative, `/`-separated paths of all files below a folder.
 * @param onFailure told of folders that cannot be read; the walk goes on
 */
export async function walkFolder(
  root: string,
  onFailure: (path: string, error: HilumError) => void,
  signal?: AbortSignal,
): Promise<string[]> {
  const out: string[] = []
  const pending: { relative: string; depth: number }[] = [{ relative: '', depth: 0 }]
  for (let folder = pending.pop(); folder; folder = pending.pop()) {
    if (signal?.aborted === true) throw new HilumError('CANCELLED')
    const at = join(root, folder.relative)
    let entries: Dirent[]
    try {
      entries = await readdir(at, { withFileTypes: true })
    } catch (error) {
      onFailure(folder.relative, fileError(at, error))
      continue
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue
      const relative = folder.relative === '' ? entry.name : `${folder.relative}/${entry.name}`
      if (entry.isDirectory()) {
        if (folder.depth < DEEPEST) pending.push({ relative, depth: folder.depth + 1 })
      } else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(join(root, relative))))) {
        if (out.length >= LIMITS.entries)
          throw new HilumError('FILE_TOO_LARGE', `The folder holds more than ${LIMITS.entries} files.`)
        out.push(relative)
      }
    }
  }
  return out.sort(byName)
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    // A link that leads nowhere is no image.
    return false
  }
}
