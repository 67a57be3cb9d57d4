/** What the engine says of itself and of the open library. */
import type { Output } from '@shared/contract.js'
import type { LibraryInfo, Progress } from '@shared/domain/library.js'
import type { Problem } from '@shared/errors.js'
import { create } from 'zustand'
import { call, onEvent } from '../host/client.js'
import { forgetPreviews } from '../host/previews.js'

export type EngineState = 'starting' | 'ready' | 'restarting' | 'failed'
type Status = Output<'engine.status'>
type Recent = Output<'library.recent'>['libraries']

type Session = {
  engine: EngineState
  status: Status | undefined
  library: LibraryInfo | undefined
  recent: Recent
  /** The first answer has come, so "no library" is known and not only not yet heard. */
  heard: boolean
  problem: Problem | undefined
  opening: boolean
  /** Of the library being made or opened. */
  progress: Progress | undefined
}

export const useSession = create<Session>(() => ({
  engine: 'starting',
  status: undefined,
  library: undefined,
  recent: [],
  heard: false,
  problem: undefined,
  opening: false,
  progress: undefined,
}))

const sameLibrary = (a: LibraryInfo | undefined, b: LibraryInfo | undefined) => a?.path === b?.path
const libraryListeners = new Set<() => void>()

/** Called when another library is opened: ids of the old one mean nothing any more. */
export function onOtherLibrary(listener: () => void): void {
  libraryListeners.add(listener)
}

function setLibrary(library: LibraryInfo | undefined): void {
  const before = useSession.getState().library
  useSession.setState({ library })
  if (before && !sameLibrary(before, library)) {
    forgetPreviews()
    for (const listener of libraryListeners) listener()
  }
}

export async function refreshStatus(): Promise<void> {
  const answer = await call('engine.status', {})
  if (!answer.ok) {
    useSession.setState({ problem: answer.problem, heard: true })
    return
  }
  useSession.setState({ status: answer.value, engine: 'ready', heard: true, problem: answer.value.problem })
  setLibrary(answer.value.library)
  const recent = await call('library.recent', {})
  if (recent.ok) useSession.setState({ recent: recent.value.libraries })
}

/** A step of a change of model; its end, and other hardware, change more than the step says. */
function followModel(modelSwitch: Status['modelSwitch']): void {
  const { status } = useSession.getState()
  if (status !== undefined && modelSwitch?.state === 'encoding')
    useSession.setState({ status: { ...status, modelSwitch } })
  else void refreshStatus()
}

/** Once at start: the library used last, unless the engine was started with one. */
async function reopenLast(): Promise<void> {
  const { library, opening, recent } = useSession.getState()
  const [last] = recent
  if (library === undefined && !opening && last !== undefined) await openLibrary(last.path)
}

let started: Promise<void> = Promise.resolve()

/** Waits until it is known which library this window starts with: what is dropped before that must not go into another. */
export const libraryKnown = (): Promise<void> => started

/**
 * Follows engine and library events; called once at start.
 * @param reopen the library used last is opened where none is
 */
export function followEngine(reopen: boolean): void {
  onEvent((event) => {
    if (event.type === 'library') setLibrary(event.info)
    if (event.type === 'model') followModel(event.modelSwitch)
    if (event.type !== 'engine') return
    useSession.setState({ engine: event.state, problem: event.problem })
    if (event.state === 'ready') void refreshStatus()
  })
  started = refreshStatus().then(() => (reopen ? reopenLast() : undefined))
}

/** Opens a library and says whether it is open now; the problem stays in the session where the screens show it. */
async function open(request: () => ReturnType<typeof call<'library.open'>>): Promise<boolean> {
  useSession.setState({ opening: true, progress: undefined, problem: undefined })
  const answer = await request()
  useSession.setState({ opening: false, progress: undefined })
  if (!answer.ok) {
    if (answer.problem.code !== 'CANCELLED') useSession.setState({ problem: answer.problem })
    return false
  }
  setLibrary(answer.value)
  await refreshStatus()
  return true
}

export const openLibrary = (path?: string, create = false): Promise<boolean> =>
  open(() =>
    call('library.open', {
      ...(path === undefined ? {} : { path }),
      ...(create ? { create } : {}),
      readOnly: 'whenHeld',
    }),
  )

let drawing = new AbortController()

export const openDemo = (): Promise<boolean> => {
  drawing = new AbortController()
  const { signal } = drawing
  return open(() =>
    call('library.openDemo', {}, { signal, onProgress: (progress) => useSession.setState({ progress }) }),
  )
}

/** What was drawn so far stays; the demo goes on from there when it is asked for again. */
export const cancelOpening = (): void => drawing.abort()
