/**
 * Runs searches: opens what they came from, asks, and asks again once more is known. A restarted engine is given the query
 * once more; answers of a question that has changed since are dropped.
 */
import type { Opened } from '@shared/domain/images.js'
import type { Progress } from '@shared/domain/library.js'
import type { Result } from '@shared/errors.js'
import { current, go, setSearchHere } from '../../app/nav.js'
import { usePrefs } from '../../app/prefs.js'
import { call } from '../../host/client.js'
import { previewSettled } from '../../host/previews.js'
import { s } from '../../strings/strings.js'
import { awaitEvidence, noteReading } from './blindReading.js'
import {
  FRESH,
  allHits,
  imagesOf,
  patch,
  searchOf,
  useSearches,
  type Impression,
  type Origin,
  type Search,
} from './searchState.js'
import { changesBetween, refinementOf } from './sources.js'
import { without } from './without.js'

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
  noteReading(id, result)
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

/** From wherever it stands: opening, an impression first where reading is blind, asking. */
export async function run(id: string): Promise<void> {
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

/** Ends what it is about, without a word. */
export function stop(id: string): void {
  aborts.get(id)?.abort()
}

export function cancelSearch(id: string): void {
  stop(id)
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

/** An impression, before anything of the library is shown; it goes to the log with what the nearest cases carry. */
export function recordImpression(id: string, impression: Impression): void {
  patch(id, { impression })
  awaitEvidence(id)
  void run(id)
}

export function skipImpression(id: string): void {
  patch(id, { impression: 'skipped' })
  void run(id)
}

/** Searches with the first image of a case of the library. */
export async function startSearchOfCase(caseId: string): Promise<void> {
  const answer = await call('cases.get', { caseId })
  if (answer.ok) startSearch({ kind: 'image', imageId: answer.value.imageId })
}
