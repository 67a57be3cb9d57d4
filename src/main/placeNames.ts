/** Names and paths before they reach the system's dialogs and after they leave them: of lengths that exist. */
import { basename, extname } from 'node:path'

/** Characters of a path in the contract, more than any system has (Windows: 32,767). */
const MOST_PATH = 32_768
/** UTF-8 bytes of a file's name that every file system takes, with room for a number the dialog may add. */
const MOST_NAME = 200
const FALLBACK = 'Hilum'
const FORBIDDEN = /[\u0000-\u001f<>:"/\\|?*]/g

/** Whether a dialog's answer can be a place on a disk. */
export const isPlace = (path: string): boolean => path !== '' && path.length <= MOST_PATH

/**
 * A name a page proposed, as a dialog may show it: its last part, without what file systems refuse, cut between characters
 * so that its ending stays.
 */
export function suggestedName(proposed: string): string {
  const name = basename(proposed.slice(-MOST_PATH))
    .replace(FORBIDDEN, '_')
    .replace(/\p{Surrogate}/gu, '\ufffd')
  const ending = extname(name)
  const kept = Buffer.byteLength(ending) > MOST_NAME / 4 ? '' : ending
  let stem = ''
  let room = MOST_NAME - Buffer.byteLength(kept)
  for (const character of kept === '' ? name : name.slice(0, -kept.length)) {
    room -= Buffer.byteLength(character)
    if (room < 0) break
    stem += character
  }
  return /^[. ]*$/.test(stem) ? FALLBACK + kept : stem + kept
}
