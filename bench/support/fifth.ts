import { basename } from 'node:path'
import { patientOfFile } from '../../src/engine/services/patientOf.js'

/** Which fifth of the patients a file belongs to, 0 to 4: the same for the same name. */
export function fifth(name: string): number {
  let hash = 7
  for (const letter of patientOfFile(name) ?? basename(name))
    hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0
  return (hash >>> 8) % 5
}
