import { useEffect, useState } from 'react'

/** True once `busy` has lasted `after` milliseconds: what is quick shows no sign of loading at all. */
export function useSlow(busy: boolean, after: number): boolean {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!busy) {
      setSlow(false)
      return
    }
    const timer = window.setTimeout(() => setSlow(true), after)
    return () => window.clearTimeout(timer)
  }, [busy, after])
  return slow
}
