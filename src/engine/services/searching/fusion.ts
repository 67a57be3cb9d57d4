/**
 * One ranking out of several sources: the image (or a region), examples, concepts in words, and the notes. Everything
 * linear is one inner product, so the index finds the best of all cases exactly. A case given as a counter-example is
 * left out itself, and what is like it in what sets it apart from the query goes down; the notes' term is added to the best
 * of those and to the cases of the best notes. A hit's score stays the cosine; the rest are named terms.
 */
import { HilumError } from '@shared/errors.js'
import type { Fusion, Refinement } from '@shared/domain/search.js'
import type { Library } from '../../ports/library.js'
import type { TextEncoder } from '../../ports/models.js'
import type { VectorIndex } from '../../ports/vectorIndex.js'
import { cosine, unit } from '../../vectors.js'
import { rank } from '../rank.js'
import type { Found } from '../hits.js'

/** Cases weighed one by one. */
const POOL = 200
/** Rows read at once. */
const SLICE = 32
/** Notes whose cases are weighed too: the best ones; each costs a look through its text for a denial. */
const NOTES = 100

/**
 * What a counter-example's own side weighs: at the window's first weight its five likest go from the 8th place of 250 to
 * the 22nd on average, and what is nearest then is as near to the query within .001 (drawn radiographs).
 */
const COUNTER = 0.1
/** Below this the rest is rounding. */
const SAME_DIRECTION = 1e-3

type Source = { name: string; weight: number; vector: Float32Array }
export type Fused = { found: (Found & { terms: Record<string, number> })[]; fusion: Fusion }
export type FusionParts = {
  library: Library
  index: VectorIndex
  modelId: string
  textEncoder: TextEncoder | undefined
}

export const isRefined = (refine: Refinement | undefined): refine is Refinement =>
  refine !== undefined &&
  (refine.image === false ||
    (refine.examples ?? []).length > 0 ||
    (refine.concepts ?? []).length > 0 ||
    refine.notes !== undefined)

/**
 * Where the image is left out and no other source can be used, or no note says the words, nothing ranks: then nothing is
 * found, rather than cases in an order that means nothing.
 *
 * @param query unit embedding of image or region
 * @param wanted about how many cases: for each three are weighed
 * @param enough whether what was found, best first, will do; asked now and then
 * @returns what was found when it was enough, or all cases weighed
 * @throws CASE_NOT_FOUND, IMAGE_NOT_FOUND for an example that is gone
 */
export async function fused(
  parts: FusionParts,
  query: Float32Array,
  refine: Refinement,
  wanted: number,
  enough: (found: readonly Found[]) => boolean,
  leaveOut: (found: Found) => boolean,
  allow: ReadonlySet<number> | undefined,
): Promise<Fused> {
  const { library, index, modelId } = parts
  const start = performance.now()
  const { sources, declined } = await sourcesOf(parts, refine, query)
  const unwanted = new Set(
    (refine.examples ?? []).flatMap(({ imageId, weight }) =>
      weight < 0 ? [library.image(imageId).caseId] : [],
    ),
  )
  const withImage = refine.image !== false
  const target = new Float32Array(query.length)
  if (withImage) target.set(query)
  for (const { weight, vector } of sources)
    for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + weight * (vector[i] as number)
  const said = refine.notes === undefined ? undefined : noteTerms(library, refine.notes)
  const notes = said?.byCase.size === 0 ? undefined : said
  if (said !== undefined && notes === undefined) declined.push({ text: said.name, reason: said.reason })
  const vectors = await candidates(library, index, modelId, target, Math.max(POOL, wanted * 3), notes, allow)
  const pool = [...vectors].map(([key, { vector, caseId }]) => {
    const score = cosine(query, vector)
    const terms: Record<string, number> = {}
    for (const source of sources)
      terms[source.name] = (terms[source.name] ?? 0) + source.weight * cosine(source.vector, vector)
    if (notes !== undefined) terms[notes.name] = notes.byCase.get(caseId ?? '') ?? 0
    const total = (withImage ? score : 0) + Object.values(terms).reduce((sum, term) => sum + term, 0)
    return { key, score, terms, total }
  })
  pool.sort((a, b) => b.total - a.total || a.key - b.key)
  const found: Fused['found'] = []
  const seen = new Set<string>()
  for (let at = 0; at < pool.length && !enough(found); at += SLICE) {
    const slice = pool.slice(at, at + SLICE)
    const rows = new Map(library.vectorRows(slice.map(({ key }) => key)).map((row) => [row.key, row]))
    for (const { key, score, terms } of slice) {
      const row = rows.get(key)
      if (
        row === undefined ||
        seen.has(row.row.caseId) ||
        unwanted.has(row.row.caseId) ||
        leaveOut({ row, score })
      )
        continue
      seen.add(row.row.caseId)
      found.push({ row, score, terms })
    }
  }
  return {
    found,
    fusion: { shares: sharesOf(pool, withImage), declined, milliseconds: performance.now() - start },
  }
}

async function sourcesOf(
  { library, modelId, textEncoder }: FusionParts,
  { examples = [], concepts = [] }: Refinement,
  query: Float32Array,
): Promise<{ sources: Source[]; declined: Fusion['declined'] }> {
  const sources: Source[] = []
  const declined: Fusion['declined'] = []
  for (const { imageId, weight } of examples) {
    const vector = library.vectorOf(imageId, modelId)
    const { caseId } = library.image(imageId)
    if (vector === undefined)
      declined.push({ text: caseId, reason: 'It has no embedding of the model in use.' })
    else
      sources.push(
        weight < 0
          ? { name: `unlike ${caseId}`, weight: weight * COUNTER, vector: apartFrom(query, vector) }
          : { name: `like ${caseId}`, weight, vector },
      )
  }
  for (const { text, weight } of concepts) {
    const encoded = await textEncoder?.encode(text)
    if (encoded === undefined || encoded.abstain)
      declined.push({
        text,
        reason:
          encoded === undefined
            ? 'The model in use was not taught words.'
            : 'The model was not taught what these words mean in an image.',
      })
    else sources.push({ name: `${weight < 0 ? 'less' : 'more'} ${text}`, weight, vector: encoded.embedding })
  }
  return { sources, declined }
}

/**
 * What an example has that the query has not: its part across the query, at length 1. Subtracting the example itself
 * would, as it is a near one, take as much of the query's own direction from all cases and leave their order.
 * The example itself where it is the query's double.
 */
function apartFrom(query: Float32Array, example: Float32Array): Float32Array {
  const along = cosine(query, example)
  const across = example.map((value, i) => value - along * (query[i] as number))
  return Math.hypot(...across) < SAME_DIRECTION ? example : unit(across)
}

/**
 * The notes' term by case: bm25 against the best note's, times the weight. A note that denies the words adds nothing.
 * @returns with the reason that there is no such case, for when there is none
 */
function noteTerms(
  library: Library,
  notes: NonNullable<Refinement['notes']>,
): { name: string; byCase: Map<string, number>; reason: string } {
  const name = `notes: ${notes.text}`
  const { hits, refused } = searchedNotes(library, notes.text)
  if (refused !== undefined) return { name, byCase: new Map(), reason: refused }
  const best = Math.max(1e-9, ...hits.map(({ score }) => score))
  const byCase = new Map<string, number>()
  for (const { caseId, score, negated } of hits) {
    if (negated === true) continue
    const term = notes.weight * Math.max(0, score / best)
    byCase.set(caseId, Math.max(byCase.get(caseId) ?? 0, term))
  }
  const reason =
    hits.length === 0 ? 'No note mentions these words.' : 'The notes that mention these words deny them.'
  return { name, byCase, reason }
}

/** The best notes; `refused` where the words are no query: then the other sources rank without them. */
function searchedNotes(
  library: Library,
  text: string,
): { hits: ReturnType<Library['searchNotes']>['hits']; refused?: string } {
  try {
    return { hits: library.searchNotes(text, NOTES, 0).hits }
  } catch (error) {
    if (!(error instanceof HilumError) || error.code !== 'QUERY_SYNTAX') throw error
    return { hits: [], refused: error.message }
  }
}

async function candidates(
  library: Library,
  index: VectorIndex,
  modelId: string,
  target: Float32Array,
  most: number,
  notes: { byCase: ReadonlyMap<string, number> } | undefined,
  allow: ReadonlySet<number> | undefined,
): Promise<Map<number, { vector: Float32Array; caseId?: string }>> {
  const found = new Map<number, { vector: Float32Array; caseId?: string }>()
  const dimension = target.length
  const ranks = target.some((value) => value !== 0)
  const keys = ranks ? (await rank(index, target, most, allow)).map(({ key }) => key) : []
  const vectors = library.vectorsOfKeys(keys, dimension)
  keys.forEach((key, i) => found.set(key, { vector: vectors.subarray(i * dimension, (i + 1) * dimension) }))
  if (notes === undefined) return found
  for (const { key, caseId, vector } of library.vectorsOfCases([...notes.byCase.keys()], modelId))
    if (allow?.has(key) ?? true) found.set(key, { vector, caseId })
  return found
}

/**
 * How much each source decides: its covariance with the total over the cases weighed, as shares of 1. A source that is
 * the same for all cases decides nothing, however large it is.
 */
function sharesOf(
  pool: readonly { score: number; terms: Readonly<Record<string, number>>; total: number }[],
  withImage: boolean,
): Fusion['shares'] {
  const names = [...(withImage ? ['image'] : []), ...Object.keys(pool[0]?.terms ?? {})]
  const values = (name: string) =>
    pool.map(({ score, terms }) => (name === 'image' ? score : (terms[name] ?? 0)))
  const mean = (list: readonly number[]) =>
    list.reduce((sum, value) => sum + value, 0) / Math.max(1, list.length)
  const totals = pool.map(({ total }) => total)
  const middle = mean(totals)
  const weights = names.map((name) => {
    const list = values(name)
    const own = mean(list)
    return Math.abs(list.reduce((sum, value, i) => sum + (value - own) * ((totals[i] as number) - middle), 0))
  })
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  return names.map((name, i) => ({
    name,
    share: all === 0 ? 1 / names.length : (weights[i] as number) / all,
  }))
}
