/** What both evaluations share: the model asked for, labelled sets as vectors, and how they are named in the result. */
import type { Evaluation } from '@shared/domain/evaluation.js'
import type { Source } from '@shared/domain/images.js'
import { HilumError, LABEL_PROBLEMS } from '@shared/errors.js'
import type { CallContext, Workspace } from '../../ports/calls.js'
import type { Decoder, SourceLister } from '../../ports/decoding.js'
import type { ImageEncoder, TextEncoder } from '../../ports/models.js'
import type { VectorIndex } from '../../ports/vectorIndex.js'
import type { Models } from '../models.js'
import type { Pictures } from '../pictures.js'
import { TrainingImages } from '../trainingImages.js'
import { EmbeddingCache } from './embeddingCache.js'
import { embeddedLibrary, embedLibrary, embedSource, type EmbeddedSet, type Member } from './embeddedSet.js'

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

/** The model in use, or an installed one opened beside it: `borrowed` is to be closed by the caller. */
export async function modelFor(
  { models, workspace }: EvaluateParts,
  id: string | undefined,
): Promise<{
  image: ImageEncoder
  text: TextEncoder | undefined
  training: TrainingImages
  borrowed?: { close(): Promise<void> }
}> {
  const inUse = models.current
  if (id === undefined || id === inUse.pack.manifest.id)
    return { image: workspace.encoder, text: inUse.text, training: TrainingImages.of(inUse.pack) }
  const borrowed = await models.open(await models.folderOf(id))
  const training = TrainingImages.of(borrowed.pack)
  return { image: borrowed.image, text: borrowed.text, training, borrowed }
}

/** @throws HilumError EVALUATION_INVALID for degraded copies of the library, whose images are no files here */
export async function setOf(
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
  }
  const { lister, decoder, workspace } = parts
  const inUse = workspace.encoder
  if (source === 'library' && encoder.modelSha256 === inUse.modelSha256)
    return embeddedLibrary(workspace.library, encoder.modelId)
  const cache = await EmbeddingCache.open(parts.cacheDir, encoder.modelSha256, encoder.dimension)
  const tools = { lister, decoder, encoder, cache }
  const onProgress = (done: number, total: number, item: string): void =>
    context.progress({ phase, done, total, item })
  if (source === 'library')
    return await embedLibrary(workspace.library, inUse.modelId, tools, context, onProgress)
  return await embedSource(source, tools, options, context, onProgress)
}

/** How the picture can be asked for: as the library's image, or opened as a query without decoding it yet. */
export function pictureOf(pictures: Pictures, member: Member): { imageId?: string; queryId?: string } {
  if (member.imageId !== undefined) return { imageId: member.imageId }
  if (member.item === undefined) return {}
  return { queryId: pictures.openOnce(member.item) }
}

export function described(
  source: Source | 'library',
  path: string | undefined,
  { members }: EmbeddedSet,
  workspace: Workspace,
): Evaluation['gallery'] {
  const perClass: Record<string, number> = {}
  for (const { findings } of members)
    for (const finding of findings) perClass[finding] = (perClass[finding] ?? 0) + 1
  const named =
    source === 'library' ? workspace.library.path : source.kind === 'path' ? source.path : source.name
  return { path: path ?? named, images: members.length, perClass }
}

/** How many of the set's images the model was trained on, by content. */
export const taughtOf = ({ members }: EmbeddedSet, training: TrainingImages): number =>
  members.filter(({ content }) => content.some((hash) => training.has(hash))).length

/**
 * How far the queries are none: those the model was trained on, and those that lie in the gallery too, by content. Each
 * is left out where there is none; `inGallery` also for a set against itself, which leaves every query's own case out.
 */
export function familiar(
  queries: EmbeddedSet,
  gallery: EmbeddedSet,
  training: TrainingImages,
): { taught?: number; inGallery?: number } {
  const { members } = queries
  const taught = taughtOf(queries, training)
  const known = new Set(queries === gallery ? [] : gallery.members.flatMap(({ content }) => content))
  const inGallery = members.filter(({ content }) => content.some((hash) => known.has(hash))).length
  return { ...(taught === 0 ? {} : { taught }), ...(inGallery === 0 ? {} : { inGallery }) }
}

const LABELS_WANTED =
  'An evaluation takes images with findings: in folders named after them, with a labels.csv, in an NPZ with named labels, or set in the library.'

/** @throws HilumError EVALUATION_INVALID when no image of the set carries a finding */
export function labelled({ members, failures }: EmbeddedSet, what: string): void {
  if (members.length > 0) return
  const [first] = failures
  // The set as a whole could not be read: that is what is wrong, not its labels.
  if (first !== undefined && failures.length === 1 && !LABEL_PROBLEMS.has(first.code))
    throw new HilumError(first.code, `${what}: ${first.message}`, { remedy: first.remedy })
  const detail = first === undefined ? undefined : `${first.file}: ${first.message}`
  throw new HilumError(
    'EVALUATION_INVALID',
    `${what} ${what.endsWith('s') ? 'hold' : 'holds'} no labelled images.`,
    { ...(detail === undefined ? {} : { detail }), remedy: LABELS_WANTED },
  )
}
