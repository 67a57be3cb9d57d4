import type { GrantedSource } from '@shared/bridge.js'
import type { Input } from '@shared/contract.js'
import type { Evaluation, TextEvaluation } from '@shared/domain/evaluation.js'
import type { Progress } from '@shared/domain/library.js'
import type { Problem } from '@shared/errors.js'
import { create } from 'zustand'
import { onOtherLibrary, useSession } from '../../app/session.js'
import { call } from '../../host/client.js'
import { basisOf, type Basis } from './staleness.js'

export type Degrade = NonNullable<Input<'evaluate.run'>['degrade']> | 'none'
/** What was chosen to be measured; without it the library. */
export type Sets = {
  gallery: GrantedSource | undefined
  queries: GrantedSource | undefined
  textQueries: GrantedSource | undefined
}
type Evaluate = Sets & {
  mode: 'images' | 'words'
  degrade: Degrade
  /** Id of a second model, measured on the same sets. */
  other: string | undefined
  running: boolean
  progress: Progress | undefined
  result: Evaluation | undefined
  otherResult: Evaluation | undefined
  textResult: TextEvaluation | undefined
  /** Of `result` and of `textResult`, as it was when they were asked for. */
  basis: Basis | undefined
  textBasis: Basis | undefined
  problem: Problem | undefined
  order: 'wrong' | 'right'
}
const START = {
  mode: 'images',
  gallery: undefined,
  queries: undefined,
  textQueries: undefined,
  degrade: 'none',
  other: undefined,
  running: false,
  progress: undefined,
  result: undefined,
  otherResult: undefined,
  textResult: undefined,
  basis: undefined,
  textBasis: undefined,
  problem: undefined,
  order: 'wrong',
} as const
export const useEvaluate = create<Evaluate>(() => START)

let abort: AbortController | undefined

/** Without files: this library against itself, each case left out in turn. */
export async function runEvaluation(): Promise<void> {
  const { mode } = useEvaluate.getState()
  abort?.abort()
  const own = new AbortController()
  abort = own
  useEvaluate.setState({ running: true, progress: undefined, problem: undefined })
  const change = await (mode === 'images' ? byImages : byWords)({
    signal: own.signal,
    onProgress: (progress) => {
      if (abort === own) useEvaluate.setState({ progress })
    },
  })
  if (abort === own) useEvaluate.setState({ running: false, ...change })
}

type CallOptions = { signal: AbortSignal; onProgress: (progress: Progress) => void }

async function byImages(options: CallOptions): Promise<Partial<Evaluate>> {
  const { gallery, queries, degrade, other } = useEvaluate.getState()
  const asked = {
    gallery: gallery ?? 'library',
    queries: queries ?? 'library',
    wall: true,
    ...(degrade === 'none' ? {} : { degrade }),
  } as const
  const basis = basisOf(useSession.getState(), gallery === undefined || queries === undefined)
  const answer = await call('evaluate.run', asked, options)
  if (!answer.ok) return failed(answer.problem)
  if (other === undefined) return { result: answer.value, otherResult: undefined, basis }
  const second = await call('evaluate.run', { ...asked, model: other }, options)
  return {
    result: answer.value,
    basis,
    otherResult: second.ok ? second.value : undefined,
    ...(second.ok ? {} : failed(second.problem)),
  }
}

async function byWords(options: CallOptions): Promise<Partial<Evaluate>> {
  const { gallery, textQueries } = useEvaluate.getState()
  if (textQueries === undefined) return {}
  const asked = { gallery: gallery ?? 'library', queries: textQueries, wall: true } as const
  const basis = basisOf(useSession.getState(), gallery === undefined)
  const answer = await call('evaluate.text', asked, options)
  return answer.ok ? { textResult: answer.value, textBasis: basis } : failed(answer.problem)
}

/** Whoever cancels knows it, and the figures from before stay. */
const failed = (problem: Problem): Partial<Evaluate> => (problem.code === 'CANCELLED' ? {} : { problem })

export const cancelEvaluation = (): void => abort?.abort()

onOtherLibrary(() => {
  abort?.abort()
  abort = undefined
  useEvaluate.setState(START)
})
