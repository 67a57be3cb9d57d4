/** The one import under way: progress, cancel, and its result until it is put away. */
import type { GrantedSource } from '@shared/bridge.js'
import type { ImportResult, Progress } from '@shared/domain/library.js'
import type { Problem } from '@shared/errors.js'
import { create } from 'zustand'
import { go } from '../../app/nav.js'
import { libraryKnown, refreshStatus, useSession } from '../../app/session.js'
import { call } from '../../host/client.js'

type ImportState = {
  running: boolean
  download: boolean
  startedAt: number
  progress: Progress | undefined
  result: ImportResult | undefined
  problem: Problem | undefined
  /** Counts finished imports, so that lists know to look again. */
  finished: number
}
export const useImport = create<ImportState>(() => ({
  running: false,
  download: false,
  startedAt: 0,
  progress: undefined,
  result: undefined,
  problem: undefined,
  finished: 0,
}))

let abort: AbortController | undefined

async function run(
  download: boolean,
  request: (signal: AbortSignal) => ReturnType<typeof call<'import.run'>>,
) {
  if (useImport.getState().running) return
  abort = new AbortController()
  useImport.setState({
    running: true,
    download,
    startedAt: Date.now(),
    progress: undefined,
    result: undefined,
    problem: undefined,
  })
  go('library')
  await libraryKnown()
  // A first import needs a library to go into: the user's own, made where it is missing.
  if (!useSession.getState().library) {
    const opened = await call('library.open', { create: true })
    if (!opened.ok) {
      useImport.setState({ running: false, problem: opened.problem })
      return
    }
  }
  const answer = await request(abort.signal)
  useImport.setState((state) => ({
    running: false,
    finished: state.finished + 1,
    ...(answer.ok ? { result: answer.value } : { problem: answer.problem }),
  }))
  await refreshStatus()
}

const onProgress = (progress: Progress) => useImport.setState({ progress })

export function startImport(sources: GrantedSource[]): void {
  void run(false, (signal) => call('import.run', { sources }, { signal, onProgress }))
}

/** The only call that reaches the network; asked for by a press and confirmed by another. */
export function downloadPneumoniaMnist(size: 28 | 224): void {
  void run(true, (signal) => call('import.pneumoniaMnist', { size }, { signal, onProgress }))
}

export const cancelImport = (): void => abort?.abort()
export const dismissImport = (): void =>
  useImport.setState({ result: undefined, problem: undefined, progress: undefined })
