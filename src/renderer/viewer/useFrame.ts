import type { ImageRef } from '@shared/domain/images.js'
import type { ViewerFrame } from '@shared/domain/viewer.js'
import type { Problem } from '@shared/errors.js'
import { useEffect, useState } from 'react'
import { frameOf } from './frames.js'

/** One frame of one image; a late answer for another one is dropped. */
export function useFrame(
  kind: ImageRef['kind'],
  id: string,
  frame: number,
): { frame?: ViewerFrame; problem?: Problem } {
  const [state, setState] = useState<{ frame?: ViewerFrame; problem?: Problem }>({})
  useEffect(() => {
    const controller = new AbortController()
    const ref: ImageRef = kind === 'query' ? { kind, queryId: id } : { kind, imageId: id }
    void frameOf(ref, frame, controller.signal).then((answer) => {
      if (controller.signal.aborted) return
      setState(answer.ok ? { frame: answer.value } : { problem: answer.problem })
    })
    return () => controller.abort()
  }, [kind, id, frame])
  return state
}
