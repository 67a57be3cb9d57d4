/**
 * How well retrieval works on labelled images: every query ranked alone, by the path that a search takes, over a
 * gallery in memory. The library is never written, and duplicates stay in.
 */
import { join } from 'node:path'
import type { Evaluation, Source } from '@shared/domain.js'
import { HilumError } from '@shared/errors.js'
import type {
  CallContext,
  Decoder,
  Handler,
  ImageEncoder,
  SourceLister,
  VectorIndex,
  Workspace,
} from '../ports.js'
import { EmbeddingCache } from './evaluation/embeddingCache.js'
import { embeddedLibrary, embedSource, type EmbeddedSet, type Member } from './evaluation/embeddedSet.js'
import { figuresOf, judge, VOTE_K, type QueryResult } from './evaluation/metrics.js'
import { seeded } from './fidelity.js'
import type { Models } from './models.js'
import type { Pictures } from './pictures.js'
import { rank } from './rank.js'

const DEFAULT_KS = [1, 3, 5, 10]
/** Queries drawn from a library larger than this when it is set against itself: the whole ranking of each is needed. */
const LIBRARY_QUERIES = 5000
const DRAW_SEED = 11

/** An index in memory that is closed after use. */
export type MemoryIndex = (dimension: number) => Promise<VectorIndex & { close(): Promise<void> }>

export type EvaluateParts = {
  workspace: Workspace
  models: Models
  lister: SourceLister
  decoder: Decoder
  pictures: Pictures
  memoryIndex: MemoryIndex
  /** Where embeddings are kept between runs. */
  cacheDir: string
}

type Wall = NonNullable<Evaluation['wall']>

export function evaluateService(parts: EvaluateParts): Handler<'evaluate.run'> {
  return async (input, context) => {
    const start = performance.now()
    const ks = [...new Set(input.k ?? DEFAULT_KS)].sort((a, b) => a - b)
    const borrowed =
      input.model === undefined || input.model === parts.models.current.pack.manifest.id
        ? undefined
        : await parts.models.open(await parts.models.folderOf(input.model))
    try {
      const encoder = borrowed?.image ?? parts.workspace.encoder
      const plain = input.classes === undefined ? {} : { classes: input.classes }
      const options = input.degrade === undefined ? plain : { ...plain, degrade: input.degrade }
      const gallery = await setOf(parts, encoder, input.gallery, plain, 'gallery', context)
      const queries =
        input.queries === input.gallery && input.degrade === undefined
          ? gallery
          : await setOf(parts, encoder, input.queries, options, 'queries', context)
      if (gallery.members.length === 0) throw unusable('The gallery holds no labelled images.', gallery)
      if (queries.members.length === 0) throw unusable('The queries hold no labelled images.', queries)

      const { results, wall } = await rankAll(
        parts,
        encoder,
        gallery,
        queries,
        ks,
        input.wall === true,
        context,
      )
      return {
        model: { id: encoder.modelId, sha256: encoder.modelSha256 },
        gallery: described(input.gallery, input.galleryPath, gallery, parts.workspace),
        queries: described(input.queries, input.queriesPath, queries, parts.workspace),
        ...figuresOf(results, ks),
        failures: queries === gallery ? gallery.failures : [...gallery.failures, ...queries.failures],
        seconds: (performance.now() - start) / 1000,
        ...(input.wall === true ? { wall } : {}),
      }
    } finally {
      await borrowed?.close()
    }
  }
}

async function setOf(
  parts: EvaluateParts,
  encoder: ImageEncoder,
  source: Source | 'library',
  options: Parameters<typeof embedSource>[2],
  phase: string,
  context: CallContext,
): Promise<EmbeddedSet> {
  if (source === 'library') {
    if (options.degrade !== undefined)
      throw new HilumError('EVALUATION_INVALID', 'Copies made worse need their images as files.')
    return embeddedLibrary(parts.workspace.library, encoder.modelId)
  }
  const cache = await EmbeddingCache.open(parts.cacheDir, encoder.modelSha256, encoder.dimension)
  const { lister, decoder } = parts
  return await embedSource(
    source,
    { lister, decoder, encoder, cache },
    options,
    context,
    (done, total, item) => context.progress({ phase, done, total, item }),
  )
}

async function rankAll(
  parts: EvaluateParts,
  encoder: ImageEncoder,
  gallery: EmbeddedSet,
  queries: EmbeddedSet,
  ks: readonly number[],
  withWall: boolean,
  context: CallContext,
): Promise<{ results: QueryResult[]; wall: Wall }> {
  const { dimension } = encoder
  const index = await parts.memoryIndex(dimension)
  try {
    await index.add([...gallery.members.keys()], gallery.vectors)
    const results: QueryResult[] = []
    const wall: Wall = []
    const order = chosen(queries.members.length, gallery === queries ? LIBRARY_QUERIES : Infinity)
    for (const at of order) {
      context.signal.throwIfAborted()
      const query = queries.members[at] as Member
      const vector = queries.vectors.subarray(at * dimension, (at + 1) * dimension)
      const ranked = (await rank(index, vector, gallery.members.length))
        .map(({ key, score }) => ({ member: gallery.members[key] as Member, score }))
        .filter(({ member }) => !isItself(query, member))
      const truth = query.findings[0] as string
      const same = ranked.map(({ member }) => shares(query, member))
      const nearest = ranked.slice(0, VOTE_K).map(({ member }) => member.findings[0] as string)
      const result = judge(truth, query.patient ?? `#${at}`, same, nearest, ks)
      results.push(result)
      if (withWall) wall.push(wallRow(parts.pictures, query, truth, ranked.slice(0, ks.at(-1)), result, ks))
      context.progress({ phase: 'ranking', done: results.length, total: order.length, item: query.name })
    }
    return { results, wall }
  } finally {
    await index.close()
  }
}

/** A member set against itself: left out, with the other images of its case. Files given twice on purpose stay in. */
function isItself(query: Member, member: Member): boolean {
  return query === member || (query.caseId !== undefined && query.caseId === member.caseId)
}

function shares(query: Member, member: Member): boolean {
  return member.findings.some((finding) => query.findings.includes(finding))
}

function wallRow(
  pictures: Pictures,
  query: Member,
  truth: string,
  nearest: readonly { member: Member; score: number }[],
  result: QueryResult,
  ks: readonly number[],
): Wall[number] {
  return {
    file: query.name,
    ...idOf(pictures, query),
    truth,
    hits: nearest.map(({ member, score }) => ({
      file: member.name,
      ...idOf(pictures, member),
      finding: member.findings[0] as string,
      same: shares(query, member),
      score,
    })),
    precision: result.precision[ks.at(-1) as number] as number,
  }
}

/** How the picture can be asked for: as the library's image, or opened as a query without decoding it yet. */
function idOf(pictures: Pictures, member: Member): { imageId?: string; queryId?: string } {
  if (member.imageId !== undefined) return { imageId: member.imageId }
  if (member.item === undefined) return {}
  return { queryId: pictures.openOnce(member.item) }
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

function described(
  source: Source | 'library',
  path: string | undefined,
  { members }: EmbeddedSet,
  workspace: Workspace,
): Evaluation['gallery'] {
  const perClass: Record<string, number> = {}
  for (const { findings } of members) {
    const finding = findings[0] as string
    perClass[finding] = (perClass[finding] ?? 0) + 1
  }
  const named =
    source === 'library' ? workspace.library.path : source.kind === 'path' ? source.path : source.name
  return { path: path ?? named, images: members.length, perClass }
}

function unusable(message: string, { failures }: EmbeddedSet): HilumError {
  const [first] = failures
  const detail = first === undefined ? undefined : `${first.file}: ${first.message}`
  return new HilumError('EVALUATION_INVALID', message, detail === undefined ? {} : { detail })
}

/** userData/cache: derived data that may be deleted at any time. */
export function cacheDirOf(userData: string): string {
  return join(userData, 'cache')
}
