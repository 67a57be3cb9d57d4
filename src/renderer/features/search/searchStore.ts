/**
 * Searches by image. Each is kept with its sources, so that Back brings it again and a restarted engine can be
 * given the query once more. Answers of a question that has changed since are dropped.
 */
import type { GrantedSource } from '@shared/bridge.js'
import type { Opened, OpenedImage, Region } from '@shared/domain/images.js'
import type { Progress } from '@shared/domain/library.js'
import type { Reading } from '@shared/domain/measuring.js'
import type { Filters, Hit, ImageSearch } from '@shared/domain/search.js'
import { countsOf, leaderOf } from '@shared/evidenceWords.js'
import type { Problem, Result } from '@shared/errors.js'
import { create } from 'zustand'
import { current, go, setSearchHere, useEntry } from '../../app/nav.js'
import { usePrefs } from '../../app/prefs.js'
import { onOtherLibrary, refreshStatus, useSession } from '../../app/session.js'
import { call } from '../../host/client.js'
import { previewSettled } from '../../host/previews.js'
import { s } from '../../strings/strings.js'
import { changesBetween, chipKey, refinementOf, type Chip } from './sources.js'

type Origin =
  { kind: 'sources'; sources: GrantedSource[] } | { kind: 'image'; imageId: string } | { kind: 'sample' }
export type Question = {
  filters: Filters
  region?: Region
  invert: boolean
  /** Whether the image itself (or its region) is searched. */
  image: boolean
  chips: readonly Chip[]
}
export type Impression = Pick<Reading, 'impression' | 'confidence' | 'text'>
const FRESH: Omit<Question, 'filters'> = { invert: false, image: true, chips: [] }
export type Search = {
  id: string
  origin: Origin
  opened?: Opened
  /** The image searched now. */
  queryId?: string
  question: Question
  /** Earlier questions, for undo. */
  past: Question[]
  /** `reading`: held back until an impression is recorded or skipped. */
  state: 'opening' | 'reading' | 'searching' | 'done' | 'problem'
  progress?: Progress
  result?: ImageSearch
  problem?: Problem
  /** Image id of the selected hit. */
  selected?: string
  impression?: Impression | 'skipped'
  /** What the last change of the question did to the hits; undefined before the first. */
  changed?: string
}

const KEPT = 12
/** While the library is measured the same question is asked again so often, the headline being held back for it. */
const LOOK_AGAIN_MS = 1500
const LOOK_AGAIN_TRIES = 600
/** Longest side of the query's picture on the search screen, in pixels. */
export const QUERY_SIDE = 640
/** Hits wait so long for the picture they are set against, where its file takes its time. */
const PICTURE_WAIT_MS = 3000
let lastId = 0
const aborts = new Map<string, AbortController>()

export const useSearches = create<{ searches: Record<string, Search> }>(() => ({ searches: {} }))

export const searchOf = (id: string | undefined): Search | undefined =>
  id === undefined ? undefined : useSearches.getState().searches[id]
export const currentSearch = (): Search | undefined => searchOf(current().searchId)

function patch(id: string, change: Partial<Search>): void {
  useSearches.setState(({ searches }) => {
    const before = searches[id]
    return before ? { searches: { ...searches, [id]: { ...before, ...change } } } : { searches }
  })
}

/** Drops keys that a change sets to undefined: absent and undefined are not the same to the contract. */
function without<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T
}

export const imagesOf = (opened: Opened | undefined): OpenedImage[] =>
  opened ? opened.studies.flatMap((study) => study.series.flatMap((series) => series.images)) : []

export const queryImage = (search: Search | undefined): OpenedImage | undefined =>
  imagesOf(search?.opened).find((image) => image.queryId === search?.queryId)

/** Hits, then the nearest with the opposite finding that are not among them: the order of Compare. */
export function allHits(result: ImageSearch | undefined): Hit[] {
  if (!result) return []
  const shown = new Set(result.hits.map((hit) => hit.imageId))
  return [...result.hits, ...result.contrast.filter((hit) => !shown.has(hit.imageId))]
}

export const selectedHit = (search: Search | undefined): Hit | undefined =>
  allHits(search?.result).find((hit) => hit.imageId === search?.selected)

/** The label most hits carry, which "agrees" and "differs" speak of; none on a tie and outside the library. */
export const majorityOf = (result: ImageSearch | undefined): string | undefined =>
  result && leaderOf(countsOf(result))?.finding

function request(
  origin: Origin,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Result<Opened>> {
  const options = { signal, onProgress }
  if (origin.kind === 'sources') return call('query.open', { sources: origin.sources }, options)
  if (origin.kind === 'image') return call('query.fromImage', { imageId: origin.imageId }, options)
  return call('query.openSample', {}, options)
}

/** Opens (again) what the search came from; keeps the chosen image by its place among the others. */
async function open(id: string, signal: AbortSignal, place?: number): Promise<boolean> {
  const search = searchOf(id)
  if (!search) return false
  const answer = await request(search.origin, signal, (progress) => patch(id, { progress }))
  if (signal.aborted) return false
  if (!answer.ok) {
    patch(id, { state: 'problem', problem: answer.problem })
    return false
  }
  const images = imagesOf(answer.value)
  const queryId =
    (place === undefined ? undefined : images[place]?.queryId) ?? answer.value.primary ?? images[0]?.queryId
  patch(id, { opened: answer.value, ...(queryId === undefined ? {} : { queryId }) })
  if (queryId === undefined) patch(id, { state: 'done' })
  return queryId !== undefined
}

/** @param again tries left of a quiet repetition: what is on the screen stays until the answer comes */
async function ask(id: string, signal: AbortSignal, again?: number): Promise<void> {
  const search = searchOf(id)
  if (search?.queryId === undefined) return
  if (again === undefined) patch(id, { state: 'searching' })
  // The query's own pixels stand there before its hits, or with them: asked for first, and waited for.
  const ref = { kind: 'query', queryId: search.queryId } as const
  const pictured =
    search.result === undefined ? previewSettled(ref, QUERY_SIDE, PICTURE_WAIT_MS) : Promise.resolve()
  const { filters, region, invert, image, chips } = search.question
  const refine = refinementOf(image, chips)
  const answer = await call(
    'search.image',
    {
      queryId: search.queryId,
      k: 10,
      ...(region ? { region } : {}),
      ...(invert ? { invert } : {}),
      ...(refine ? { refine } : {}),
      ...(Object.keys(filters).length > 0 ? { filters } : {}),
    },
    { signal },
  )
  if (signal.aborted) return
  if (!answer.ok && answer.problem.code === 'QUERY_GONE') {
    const place = imagesOf(search.opened).findIndex((image) => image.queryId === search.queryId)
    if (await open(id, signal, Math.max(0, place))) await ask(id, signal)
    return
  }
  if (!answer.ok) {
    if (again === undefined) patch(id, { state: 'problem', problem: answer.problem })
    return
  }
  await pictured
  if (signal.aborted) return
  // Before the library is measured no finding is said to lead, so none is opposite.
  const result = answer.value.query.measuring ? { ...answer.value, contrast: [] } : answer.value
  const kept = allHits(result).some((hit) => hit.imageId === search.selected)
  const first = result.hits[0]?.imageId
  if (again === undefined) {
    const changed =
      search.past.length > 0 && search.result
        ? (changesBetween(search.result.hits, result.hits) ?? s.refine.unchanged)
        : undefined
    patch(id, without({ changed }) as Partial<Search>)
  }
  note(id, result)
  patch(id, {
    state: 'done',
    result,
    ...(kept || first === undefined ? {} : { selected: first }),
  })
  if (result.query.measuring === true) lookAgain(id, signal, again ?? LOOK_AGAIN_TRIES)
}

/** Asks the same question again, quietly, until the library's own figures are there. */
function lookAgain(id: string, signal: AbortSignal, tries: number): void {
  window.setTimeout(() => {
    if (signal.aborted || tries === 0) return
    if (current().searchId !== id) lookAgain(id, signal, tries)
    else void ask(id, signal, tries - 1)
  }, LOOK_AGAIN_MS)
}

function restart(id: string): AbortSignal {
  aborts.get(id)?.abort()
  const controller = new AbortController()
  aborts.set(id, controller)
  useSearches.setState(({ searches }) => {
    const before = searches[id]
    if (!before) return { searches }
    const { problem: _problem, progress: _progress, ...rest } = before
    return { searches: { ...searches, [id]: rest } }
  })
  return controller.signal
}

async function run(id: string): Promise<void> {
  const signal = restart(id)
  const search = searchOf(id)
  if (!search) return
  if (search.queryId === undefined) {
    patch(id, { state: 'opening' })
    if (!(await open(id, signal))) return
  }
  if (usePrefs.getState().blind && search.impression === undefined) {
    patch(id, { state: 'reading' })
    return
  }
  await ask(id, signal)
}

/** Starts a search and shows it. */
export function startSearch(origin: Origin): void {
  const id = `search-${++lastId}`
  const search: Search = {
    id,
    origin,
    question: { filters: {}, ...FRESH },
    past: [],
    state: 'opening',
  }
  useSearches.setState(({ searches }) => {
    const all = { ...searches, [id]: search }
    const old = Object.keys(all).slice(0, Math.max(0, Object.keys(all).length - KEPT))
    for (const gone of old) delete all[gone]
    return { searches: all }
  })
  if (current().screen === 'search' && current().searchId === undefined) setSearchHere(id)
  else go('search', id)
  void run(id)
}

export const searchAgain = (id: string): void => void run(id)

export function cancelSearch(id: string): void {
  aborts.get(id)?.abort()
  const search = searchOf(id)
  patch(id, { state: search?.result ? 'done' : 'problem' })
}

/** Another image of what was dropped. */
export function chooseImage(id: string, queryId: string): void {
  const search = searchOf(id)
  if (!search || search.queryId === queryId) return
  useSearches.setState(({ searches }) => {
    const {
      result: _result,
      selected: _selected,
      impression: _impression,
      changed: _changed,
      ...rest
    } = search
    return {
      searches: {
        ...searches,
        [id]: { ...rest, queryId, past: [], question: { filters: rest.question.filters, ...FRESH } },
      },
    }
  })
  void run(id)
}

/** Blind reading, and no impression yet: names of files and descriptions, which may say the finding, are held back too. */
export const isHeldBack = ({ state, impression }: Search): boolean =>
  state === 'reading' || (state === 'opening' && impression === undefined && usePrefs.getState().blind)

/** The search of the present step whose blind reading waits for an impression; screens with findings are held back for it. */
export function useOpenReading(): string | undefined {
  const { searchId } = useEntry()
  return useSearches(({ searches }) => {
    const search = searchId === undefined ? undefined : searches[searchId]
    return search && isHeldBack(search) ? search.id : undefined
  })
}

/** Readings whose evidence has not been written to the log yet. */
const unwritten = new Set<string>()

/** An impression, before anything of the library is shown; it goes to the log with what the nearest cases carry. */
export function recordImpression(id: string, impression: Impression): void {
  patch(id, { impression })
  unwritten.add(id)
  void run(id)
}

export function skipImpression(id: string): void {
  patch(id, { impression: 'skipped' })
  void run(id)
}

function note(id: string, result: ImageSearch): void {
  const impression = searchOf(id)?.impression
  // What the cases carry is known once the library is measured: the same question is asked again until then.
  if (result.query.measuring === true) return
  if (!unwritten.delete(id) || impression === undefined || impression === 'skipped') return
  const majority = leaderOf(countsOf(result))
  void call('reading.add', {
    sha256: result.query.sha256,
    library: useSession.getState().library?.name ?? '',
    ...impression,
    ...(majority === undefined ? {} : { majority: majority.finding, count: majority.count, of: majority.of }),
  })
}

/** Searches with the first image of a case of the library. */
export async function startSearchOfCase(caseId: string): Promise<void> {
  const answer = await call('cases.get', { caseId })
  if (answer.ok) startSearch({ kind: 'image', imageId: answer.value.imageId })
}

/** Adds a case to the question as an example, more or less like it; one that is there already changes its side. */
export function addExample(id: string, hit: Pick<Hit, 'imageId' | 'caseId'>, weight: number): void {
  const search = searchOf(id)
  if (!search) return
  const chip: Chip = { kind: 'example', imageId: hit.imageId, caseId: hit.caseId, weight, on: true }
  const others = search.question.chips.filter((other) => chipKey(other) !== chipKey(chip))
  changeQuestion(id, { chips: [...others, chip] })
}

/** Changes filters, region, inversion or sources; the earlier question can be brought back. */
export function changeQuestion(
  id: string,
  change: {
    filters?: Filters
    region?: Region | undefined
    invert?: boolean
    image?: boolean
    chips?: readonly Chip[]
  },
): void {
  const search = searchOf(id)
  if (!search) return
  const { region = 'region' in change ? undefined : search.question.region } = change
  const question: Question = {
    filters: change.filters ?? search.question.filters,
    invert: change.invert ?? search.question.invert,
    image: change.image ?? search.question.image,
    chips: change.chips ?? search.question.chips,
    ...(region === undefined ? {} : { region }),
  }
  if (change.filters) question.filters = without(change.filters)
  patch(id, { question, past: [...search.past.slice(-20), search.question] })
  void run(id)
}

export function undoQuestion(id: string): void {
  const search = searchOf(id)
  const question = search?.past[search.past.length - 1]
  if (!search || !question) return
  patch(id, { question, past: search.past.slice(0, -1) })
  void run(id)
}

export const selectHit = (id: string, imageId: string): void => patch(id, { selected: imageId })

/** Follows library changes and restarts; called once at start. */
export function followSearches(): void {
  onOtherLibrary(() => {
    const kept: Record<string, Search> = {}
    for (const search of Object.values(useSearches.getState().searches)) {
      aborts.get(search.id)?.abort()
      if (search.origin.kind !== 'sources') continue
      const { result: _result, selected: _selected, ...rest } = search
      kept[search.id] = { ...rest, question: { filters: {}, ...FRESH }, past: [] }
    }
    useSearches.setState({ searches: kept })
    const here = currentSearch()
    if (here) void run(here.id)
  })
  // The demo library shows itself: its sample study is searched when it is opened from an empty window.
  let shownOf: string | undefined
  useSession.subscribe(({ library, opening }) => {
    if (library?.sample !== true) shownOf = undefined
    // While the demo is being made its library is open already, with a part of its cases.
    else if (!opening && library.cases > 0 && shownOf !== library.path) {
      shownOf = library.path
      const { screen, searchId } = current()
      if (screen === 'search' && searchId === undefined) startSearch({ kind: 'sample' })
    }
  })
  // Another model ranks otherwise: what is on the screen is asked again, and what Back brings, after it.
  useSession.subscribe((now, before) => {
    const from = before.status?.model?.sha256
    const to = now.status?.model?.sha256
    if (from === undefined || to === undefined || from === to) return
    const here = currentSearch()
    const others = Object.values(useSearches.getState().searches).filter(({ id }) => id !== here?.id)
    for (const search of here === undefined ? others : [here, ...others])
      if (search.state === 'done' && search.result !== undefined) void run(search.id)
  })
  // A query that waited for its first library, or failed while the engine was away, runs as soon as it can.
  useSession.subscribe((now, before) => {
    const here = currentSearch()
    const firstLibrary = !before.library && now.library
    const backAgain = before.engine !== 'ready' && now.engine === 'ready'
    if (here?.state === 'problem' && (firstLibrary || (backAgain && here.problem?.retryable)))
      void run(here.id)
  })
}

export async function trySample(openDemo: () => Promise<boolean>): Promise<void> {
  await refreshStatus()
  const { library } = useSession.getState()
  if (!library?.sample && !(await openDemo())) return
  // A demo library just opened shows its sample by itself.
  if (currentSearch()?.origin.kind !== 'sample') startSearch({ kind: 'sample' })
}
