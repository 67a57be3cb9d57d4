/** Frames of the viewer, the last few kept: going back and forth between hits asks for nothing twice. */
import type { ImageRef } from '@shared/domain/images.js'
import type { ViewerFrame } from '@shared/domain/viewer.js'
import type { Result } from '@shared/errors.js'
import { call } from '../host/client.js'

const KEPT = 12
const kept = new Map<string, ViewerFrame>()
/** Asked for ahead and not there yet. */
const coming = new Map<string, Promise<Result<ViewerFrame>>>()

const keyOf = (ref: ImageRef, frame: number): string =>
  `${ref.kind} ${ref.kind === 'query' ? ref.queryId : ref.imageId} ${frame}`

export async function frameOf(
  ref: ImageRef,
  frame: number,
  signal: AbortSignal,
): Promise<Result<ViewerFrame>> {
  const key = keyOf(ref, frame)
  const known = kept.get(key)
  if (known) {
    kept.delete(key)
    kept.set(key, known)
    return { ok: true, value: known }
  }
  return await (coming.get(key) ?? fetched(ref, frame, signal))
}

/** Asks for the first frame of an image that is likely to be looked at next; a failure is told when it is. */
export function frameAhead(ref: ImageRef): void {
  const key = keyOf(ref, 0)
  if (kept.has(key) || coming.has(key)) return
  coming.set(
    key,
    fetched(ref, 0).finally(() => coming.delete(key)),
  )
}

async function fetched(ref: ImageRef, frame: number, signal?: AbortSignal): Promise<Result<ViewerFrame>> {
  const answer = await call(
    'images.frame',
    { ref, frame, maxSide: 4096 },
    signal === undefined ? {} : { signal },
  )
  if (answer.ok) {
    kept.set(keyOf(ref, frame), answer.value)
    const oldest = kept.keys().next().value
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
  }
  return answer
}
