/** Paths that files name: they may not lead out of the folder they belong to. */
import { readdir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { HilumError } from '@shared/errors.js'

/**
 * The file that `parts` name below `folder`, whatever the case of its letters (media are upper case, copies often not).
 * @throws HilumError ARCHIVE_UNSAFE_PATH when it lies outside, also through a link; FILE_NOT_FOUND
 */
export async function resolveInside(folder: string, parts: readonly string[]): Promise<string> {
  let at = folder
  for (const part of parts) {
    let names: string[]
    try {
      names = await readdir(at)
    } catch (error) {
      throw new HilumError('FILE_NOT_FOUND', undefined, { detail: parts.join('/'), cause: error })
    }
    const found =
      names.find((name) => name === part) ??
      names.find((name) => name.toLowerCase() === part.toLowerCase()) ??
      names.find((name) => name.toLowerCase() === `${part.toLowerCase()}.dcm`)
    if (found === undefined) throw new HilumError('FILE_NOT_FOUND', undefined, { detail: parts.join('/') })
    at = join(at, found)
  }
  const [root, file] = await Promise.all([realpath(folder), realpath(at)])
  if (!file.startsWith(root + sep))
    throw new HilumError('ARCHIVE_UNSAFE_PATH', undefined, { detail: parts.join('/') })
  return file
}
