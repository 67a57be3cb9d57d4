import type { Contributions } from '@shared/domain/explanation.js'
import type { Problem } from '@shared/errors.js'
import { useEffect, useState } from 'react'
import { call } from '../../host/client.js'

type State = { value?: Contributions; problem?: Problem; checking: boolean }

/** What made the score of a pair; the map first, its check as soon as it is worked out. */
export function useExplanation(
  queryId: string | undefined,
  imageId: string | undefined,
  wanted: boolean,
  /** A second case: also where the scores of the two differ. */
  against?: string,
): State {
  const [state, setState] = useState<State>({ checking: false })
  useEffect(() => {
    setState({ checking: false })
    if (!wanted || queryId === undefined || imageId === undefined) return
    const controller = new AbortController()
    const { signal } = controller
    const query = { kind: 'query', queryId } as const
    const second = against === undefined ? {} : { against }
    void (async () => {
      const first = await call('explain.pair', { query, imageId, ...second }, { signal })
      if (signal.aborted) return
      if (!first.ok) {
        setState({ problem: first.problem, checking: false })
        return
      }
      setState({ value: first.value, checking: true })
      const checked = await call('explain.pair', { query, imageId, ...second, fidelity: true }, { signal })
      if (signal.aborted) return
      setState({ value: checked.ok ? checked.value : first.value, checking: false })
    })()
    return () => controller.abort()
  }, [queryId, imageId, wanted, against])
  return state
}
