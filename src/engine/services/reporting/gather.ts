/** Collects what one report shows: ranking, pictures, explanation and notes, other patients already renamed. */
import type { Contributions } from '@shared/domain/explanation.js'
import type { Hit, ImageSearch } from '@shared/domain/search.js'
import { HilumError } from '@shared/errors.js'
import type { CallContext } from '../../ports/calls.js'
import type { Decoded } from '../../ports/decoding.js'
import { overlayPicture, reportPicture, type ReportPicture } from '../../reports/pictures.js'
import { Pseudonyms, withoutIdentity } from '../../reports/pseudonyms.js'
import type { ReportInput, ReportParts } from './parts.js'

/** Cases shown unless asked otherwise; the evidence counts ten. */
const DEFAULT_K = 5
export const EVIDENCE_K = 10
/** How far down the ranking a chosen case may stand. */
const CHOSEN_WITHIN = 200
const CONTRAST_SHOWN = 4
/** Longest side in pixels: about 200 dots an inch on paper. */
const SIDE = { query: 620, thumbnail: 300, overlay: 760 }

export type Gathered = {
  names: Pseudonyms
  /** The query patient's pseudonym, used where the report is de-identified. */
  queryName: string
  decoded: Decoded
  embedding: Float32Array
  search: ImageSearch
  /** How many hits the evidence counts. */
  k: number
  shown: readonly Hit[]
  contrast: readonly Hit[]
  queryPicture: ReportPicture
  /** By caseId, for every hit of `shown` and `contrast`. */
  thumbnails: ReadonlyMap<string, ReportPicture>
  explanation?: { hit: Hit; pair: Contributions; query: ReportPicture; neighbour: ReportPicture }
  notes: readonly { patient: string; text: string }[]
  comment?: string
}

export async function gather(
  parts: ReportParts,
  input: ReportInput,
  context: CallContext,
): Promise<Gathered> {
  const { pictures } = parts
  context.progress({ phase: 'searching', done: 0, total: 4 })
  const wanted = input.k ?? DEFAULT_K
  const k = Math.max(wanted, EVIDENCE_K)
  const search = await ranking(parts, input, k, context)
  const shown = await chosen(parts, input, search, wanted, context)
  // Before the library is measured no finding is said to lead, so none is opposite.
  const contrast = (search.query.measuring === true ? [] : search.contrast)
    .filter((hit) => !shown.some(({ caseId }) => caseId === hit.caseId))
    .slice(0, CONTRAST_SHOWN)
  const query = { kind: 'query', queryId: input.queryId } as const
  const picture = pictures.resolve(query)
  const decoded = await pictures.decoded(picture, context.signal)
  const { embedding } = await pictures.encoded(picture, false, context.signal)
  const names = new Pseudonyms()
  const queryName = names.patient(decoded.study.patientId, `query:${decoded.facts.sha256}`)

  context.progress({ phase: 'pictures', done: 1, total: 4 })
  const previewOf = async (ref: Parameters<typeof parts.preview>[0]['ref'], maxSide: number) =>
    (await parts.preview({ ref, maxSide }, context)).bytes
  const thumbnails = new Map<string, ReportPicture>()
  for (const { caseId, imageId } of [...shown, ...contrast])
    thumbnails.set(
      caseId,
      await reportPicture(await previewOf({ kind: 'image', imageId }, SIDE.thumbnail), SIDE.thumbnail),
    )
  const queryPreview = await previewOf(query, SIDE.overlay)

  context.progress({ phase: 'explaining', done: 2, total: 4 })
  const explained = shown.find(({ caseId }) => caseId === input.explainCaseId) ?? shown[0]
  let explanation: Gathered['explanation']
  if (explained !== undefined) {
    const { imageId } = explained
    const pair = await parts.explainPair(
      { query, imageId, ...(input.check === true ? { fidelity: true } : {}) },
      context,
    )
    const neighbour = await previewOf({ kind: 'image', imageId }, SIDE.overlay)
    explanation = {
      hit: explained,
      pair,
      query: await overlayPicture(queryPreview, pair.contributions, pair.grid, SIDE.overlay),
      neighbour: await overlayPicture(neighbour, pair.caseContributions, pair.grid, SIDE.overlay),
    }
  }
  const hideQuery = (text: string) =>
    input.deidentify === true ? withoutIdentity(text, decoded.study, queryName) : text
  return {
    names,
    queryName,
    decoded,
    embedding,
    search,
    k,
    shown,
    contrast,
    queryPicture: await reportPicture(queryPreview, SIDE.query),
    thumbnails,
    ...(explanation === undefined ? {} : { explanation }),
    notes: notesOf(parts, input, names).map((note) => ({ ...note, text: hideQuery(note.text) })),
    ...(input.comment === undefined ? {} : { comment: hideQuery(input.comment) }),
  }
}

async function ranking(
  { searchImage }: ReportParts,
  { queryId, filters }: ReportInput,
  k: number,
  context: CallContext,
): Promise<ImageSearch> {
  return await searchImage({ queryId, k, ...(filters === undefined ? {} : { filters }) }, context)
}

/** The first `wanted` hits, or those chosen in their order of rank. @throws HilumError CASE_NOT_FOUND */
async function chosen(
  parts: ReportParts,
  input: ReportInput,
  search: ImageSearch,
  wanted: number,
  context: CallContext,
): Promise<Hit[]> {
  if (input.caseIds === undefined || input.caseIds.length === 0) return search.hits.slice(0, wanted)
  const ids = new Set(input.caseIds)
  const near = search.hits.filter(({ caseId }) => ids.has(caseId))
  if (near.length === ids.size) return near
  const wide = await ranking(parts, input, CHOSEN_WITHIN, context)
  const found = wide.hits.filter(({ caseId }) => ids.has(caseId))
  if (found.length < ids.size)
    throw new HilumError('CASE_NOT_FOUND', 'A chosen case is not among the nearest of this query any more.')
  return found
}

function notesOf({ workspace }: ReportParts, { noteIds }: ReportInput, names: Pseudonyms): Gathered['notes'] {
  const { library } = workspace
  return (noteIds ?? []).map((noteId) => {
    const note = library.note(noteId)
    const { study } = library.case(note.caseId)
    const patient = names.patient(study.patientId, note.caseId)
    return { patient, text: withoutIdentity(note.text, study, patient) }
  })
}
