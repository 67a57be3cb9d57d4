/**
 * How well retrieval works on labelled images: every query ranked alone, by the path that a search takes, over a
 * gallery in memory. The library is never written. Given sets keep their duplicates; a library set against itself leaves a
 * query's copies out with it.
 */
import { join } from 'node:path'
import type { Evaluation } from '@shared/domain/evaluation.js'
import type { CallContext, Handler } from '../ports/calls.js'
import type { ImageEncoder } from '../ports/models.js'
import type { EmbeddedSet, Member } from './evaluation/embeddedSet.js'
import { Copies, type CopyPairs } from './evaluation/copies.js'
import { asideRemark, imageRemarks } from './evaluation/remarks.js'
import { figuresOf, judge, VOTE_K, type QueryResult } from './evaluation/metrics.js'
import {
  described,
  familiar,
  labelled,
  modelFor,
  pictureOf,
  setOf,
  type EvaluateParts,
} from './evaluation/sets.js'
import { seeded } from './seeded.js'
import type { Pictures } from './pictures.js'
import { rank } from './rank.js'

const DEFAULT_KS = [1, 3, 5, 10]
/** Queries drawn from a library larger than this when it is set against itself: the whole ranking of each is needed. */
const LIBRARY_QUERIES = 5000
const DRAW_SEED = 11

type Wall = NonNullable<Evaluation['wall']>

export function evaluateService(parts: EvaluateParts): Handler<'evaluate.run'> {
  return async (input, context) => {
    const start = performance.now()
    const ks = [...new Set(input.k ?? DEFAULT_KS)].sort((a, b) => a - b)
    const { borrowed, image: encoder, training } = await modelFor(parts, input.model)
    try {
      const plain = input.classes === undefined ? {} : { classes: input.classes }
      const options = input.degrade === undefined ? plain : { ...plain, degrade: input.degrade }
      const gallery = await setOf(parts, encoder, input.gallery, plain, 'gallery', context)
      const queries =
        input.queries === input.gallery && input.degrade === undefined
          ? gallery
          : await setOf(parts, encoder, input.queries, options, 'queries', context)
      labelled(gallery, 'The gallery')
      labelled(queries, 'The queries')

      const { results, wall, copies } = await rankAll(
        parts,
        encoder,
        gallery,
        queries,
        ks,
        input.wall === true,
        context,
      )
      const inGallery = described(input.gallery, input.galleryPath, gallery, parts.workspace)
      const asked = {
        ...described(input.queries, input.queriesPath, queries, parts.workspace),
        ...familiar(queries, gallery, training),
      }
      const remarks = [
        ...imageRemarks(inGallery.perClass, asked, copies),
        ...asideRemark(gallery.aside ?? queries.aside),
      ]
      return {
        model: { id: encoder.modelId, sha256: encoder.modelSha256 },
        gallery: inGallery,
        queries: asked,
        ...figuresOf(results, ks),
        ...(remarks.length === 0 ? {} : { remarks }),
        failures: queries === gallery ? gallery.failures : [...gallery.failures, ...queries.failures],
        seconds: (performance.now() - start) / 1000,
        ...(input.wall === true ? { wall } : {}),
      }
    } finally {
      await borrowed?.close()
    }
  }
}

async function rankAll(
  parts: EvaluateParts,
  encoder: ImageEncoder,
  gallery: EmbeddedSet,
  queries: EmbeddedSet,
  ks: readonly number[],
  withWall: boolean,
  context: CallContext,
): Promise<{ results: QueryResult[]; wall: Wall; copies: CopyPairs }> {
  const { dimension } = encoder
  const index = await parts.memoryIndex(dimension)
  try {
    await index.add([...gallery.members.keys()], gallery.vectors)
    const results: QueryResult[] = []
    const wall: Wall = []
    const order = chosen(queries.members.length, gallery === queries ? LIBRARY_QUERIES : Infinity)
    const ofLibrary = gallery === queries && gallery.members[0]?.caseId !== undefined
    const copies = new Copies(order, gallery === queries, ofLibrary)
    // The index ranks one query ahead, in its own thread, while the ranking before is judged here.
    const ahead = new Ahead(order, (at) =>
      rank(index, queries.vectors.subarray(at * dimension, (at + 1) * dimension), gallery.members.length),
    )
    for (const at of order) {
      context.signal.throwIfAborted()
      const query = queries.members[at] as Member
      const found = (await ahead.next()).map(({ key, score }) => ({
        key,
        member: gallery.members[key] as Member,
        score,
      }))
      copies.add(at, query, found)
      const ranked = found.filter((one) => !isItself(query, one.member) && !copies.leavesOut(one))
      const same = ranked.map(({ member }) => shares(query, member))
      const nearest = ranked.slice(0, VOTE_K).flatMap(({ member }) => member.findings)
      const result = judge(query.findings, query.patient ?? `#${at}`, same, nearest, ks)
      results.push(result)
      if (withWall) wall.push(wallRow(parts.pictures, query, ranked.slice(0, ks.at(-1)), result, ks))
      context.progress({ phase: 'ranking', done: results.length, total: order.length, item: query.name })
    }
    return { results, wall, copies: copies.counts }
  } finally {
    await index.close()
  }
}

/** Asks for each answer while the one before is worked on. */
class Ahead<T, R> {
  readonly #items: Iterator<T>
  readonly #ask: (item: T) => Promise<R>
  #asked: Promise<R> | undefined

  constructor(items: Iterable<T>, ask: (item: T) => Promise<R>) {
    this.#items = items[Symbol.iterator]()
    this.#ask = ask
    this.#asked = this.#start()
  }

  /** Call it as often as there are items. */
  next(): Promise<R> {
    const now = this.#asked as Promise<R>
    this.#asked = this.#start()
    return now
  }

  #start(): Promise<R> | undefined {
    const step = this.#items.next()
    if (step.done === true) return undefined
    const asked = this.#ask(step.value)
    // Whoever stops early never waits for this one; its failure is that of the answer before.
    asked.catch(() => undefined)
    return asked
  }
}

/**
 * A library set against itself leaves out the query's case and its patient's other cases. Files stay in, though they
 * may be of one patient or given twice: their sets are somebody's choice.
 */
function isItself(query: Member, member: Member): boolean {
  if (query === member) return true
  if (query.caseId === undefined || member.caseId === undefined) return false
  return query.caseId === member.caseId || (query.patient !== undefined && query.patient === member.patient)
}

function shares(query: Member, member: Member): boolean {
  return member.findings.some((finding) => query.findings.includes(finding))
}

function wallRow(
  pictures: Pictures,
  query: Member,
  nearest: readonly { member: Member; score: number }[],
  result: QueryResult,
  ks: readonly number[],
): Wall[number] {
  return {
    file: query.name,
    ...pictureOf(pictures, query),
    truth: query.findings.join(', '),
    hits: nearest.map(({ member, score }) => ({
      file: member.name,
      ...pictureOf(pictures, member),
      finding: member.findings.join(', '),
      same: shares(query, member),
      score,
    })),
    precision: result.precision[ks.at(-1) as number] as number,
  }
}

/** All, or a seeded draw of `most`, in their order. */
function chosen(n: number, most: number): number[] {
  const all = Array.from({ length: n }, (_, i) => i)
  if (n <= most) return all
  const next = seeded(DRAW_SEED)
  return all
    .map((at) => ({ at, draw: next() }))
    .sort((a, b) => a.draw - b.draw)
    .slice(0, most)
    .map(({ at }) => at)
    .sort((a, b) => a - b)
}

/** userData/cache: derived data that may be deleted at any time. */
export function cacheDirOf(userData: string): string {
  return join(userData, 'cache')
}
