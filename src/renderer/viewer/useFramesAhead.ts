import { useEffect } from 'react'
import { frameAhead } from './frames.js'

/** Longer than a key that repeats: running through the hits asks for none of them. */
const REST_MILLISECONDS = 120

/** Has the pictures ready that one step shows: of the query, and of hits. */
export function useFramesAhead(
  queryId: string | undefined,
  ...imageIds: readonly (string | undefined)[]
): void {
  const images = imageIds.filter((id) => id !== undefined).join(' ')
  useEffect(() => {
    const timer = setTimeout(() => {
      if (queryId !== undefined) frameAhead({ kind: 'query', queryId })
      for (const imageId of images.split(' ').filter(Boolean)) frameAhead({ kind: 'image', imageId })
    }, REST_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [queryId, images])
}
