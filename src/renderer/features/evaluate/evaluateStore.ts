import type { GrantedSource } from '@shared/bridge.js'
import type { Input } from '@shared/contract.js'
import type { Evaluation, Progress } from '@shared/domain.js'
import type { Problem } from '@shared/errors.js'
import { create } from 'zustand'
import { onOtherLibrary } from '../../app/session.js'
import { call } from '../../host/client.js'

export type Degrade = NonNullable<Input<'evaluate.run'>['degrade']> | 'none'
type Evaluate = {
  gallery: GrantedSource | undefined
  queries: GrantedSource | undefined
  degrade: Degrade
  running: boolean
  progress: Progress | undefined
  result: Evaluation | undefined
  problem: Problem | undefined
  order: 'wrong' | 'right'
}
const START = {
  gallery: undefined,
  queries: undefined,
  degrade: 'none',
  running: false,
  progress: undefined,
  result: undefined,
  problem: undefined,
  order: 'wrong',
} as const
export const useEvaluate = create<Evaluate>(() => START)

let abort: AbortController | undefined

/** Without files: this library against itself, each case left out in turn. */
export async function runEvaluation(): Promise<void> {
  const { gallery, queries, degrade } = useEvaluate.getState()
  abort = new AbortController()
  useEvaluate.setState({ running: true, progress: undefined, problem: undefined })
  const answer = await call(
    'evaluate.run',
    {
      gallery: gallery ?? 'library',
      queries: queries ?? 'library',
      wall: true,
      ...(degrade === 'none' ? {} : { degrade }),
    },
    { signal: abort.signal, onProgress: (progress) => useEvaluate.setState({ progress }) },
  )
  useEvaluate.setState(
    answer.ok ? { running: false, result: answer.value } : { running: false, problem: answer.problem },
  )
}
export const cancelEvaluation = (): void => abort?.abort()

onOtherLibrary(() => useEvaluate.setState(START))
