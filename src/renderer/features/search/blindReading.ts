/** Impressions go to the reading log once the nearest cases' findings are known. */
import type { ImageSearch } from '@shared/domain/search.js'
import { countsOf, leaderOf } from '@shared/evidenceWords.js'
import { useSession } from '../../app/session.js'
import { call } from '../../host/client.js'
import { searchOf } from './searchState.js'

/** Readings whose evidence has not been written to the log yet. */
const unwritten = new Set<string>()

export function awaitEvidence(id: string): void {
  unwritten.add(id)
}

/** Writes the impression that waits, with what the nearest cases carry. */
export function noteReading(id: string, result: ImageSearch): void {
  const impression = searchOf(id)?.impression
  // What the cases carry is known once the library is measured: the same question is asked again until then.
  if (result.query.measuring === true) return
  if (!unwritten.delete(id) || impression === undefined || impression === 'skipped') return
  const majority = leaderOf(countsOf(result))
  void call('reading.add', {
    sha256: result.query.sha256,
    library: useSession.getState().library?.name ?? '',
    ...impression,
    ...(majority === undefined ? {} : { majority: majority.finding, count: majority.count, of: majority.of }),
  })
}
