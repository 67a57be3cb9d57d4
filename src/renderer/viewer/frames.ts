/** Frames of the viewer, the last few kept: going back and forth between hits asks for nothing twice. */
import type { ImageRef, ViewerFrame } from '@shared/domain.js'
import type { Result } from '@shared/errors.js'
import { call } from '../host/client.js'

const KEPT = 12
const kept = new Map<string, ViewerFrame>()

export async function frameOf(
  ref: ImageRef,
  frame: number,
  signal: AbortSignal,
): Promise<Result<ViewerFrame>> {
  const key = `${ref.kind} ${ref.kind === 'query' ? ref.queryId : ref.imageId} ${frame}`
  const known = kept.get(key)
  if (known) {
    kept.delete(key)
    kept.set(key, known)
    return { ok: true, value: known }
  }
  const answer = await call('images.frame', { ref, frame, maxSide: 4096 }, { signal })
  if (answer.ok) {
    kept.set(key, answer.value)
    const oldest = kept.keys().next().value
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
  }
  return answer
}
