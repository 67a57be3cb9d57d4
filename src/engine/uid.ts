/** UIDs that Hilum gives to objects of its own. */
import { createHash } from 'node:crypto'

/** Names this implementation in DICOM file meta headers (PS3.7 D.3.3.2), under the UUID root of PS3.5 B.2. */
export const IMPLEMENTATION_UID = '2.25.147803269125884215077164950114098231257'

/** Same key, same UID (PS3.5 B.2, from the first 128 bits of SHA-256). */
export function derivedUid(key: string): string {
  const bytes = createHash('sha256').update(`hilum-demo:${key}`).digest().subarray(0, 16)
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`
}
