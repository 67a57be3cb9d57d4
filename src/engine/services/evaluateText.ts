/**
 * How well words find images: each query of a JSON file ranked alone against labelled images, by the path that
 * `search.text` takes, and declined where that declines. The library is never written.
 */
import { z } from 'zod'
import { textQuerySchema, type TextEvaluation, type TextQuery } from '@shared/domain/evaluation.js'
import { type Source } from '@shared/domain/images.js'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import type { Handler } from '../ports/calls.js'
import type { TextEncoder } from '../ports/models.js'
import type { VectorIndex } from '../ports/vectorIndex.js'
import type { EmbeddedSet, Member } from './evaluation/embeddedSet.js'
import { judge, ndcg } from './evaluation/metrics.js'
import { asideRemark, textRemarks } from './evaluation/remarks.js'
import {
  described,
  labelled,
  modelFor,
  pictureOf,
  setOf,
  taughtOf,
  type EvaluateParts,
} from './evaluation/sets.js'
import type { Pictures } from './pictures.js'
import { rank } from './rank.js'
import { bytesOf } from './sourceBytes.js'

const KS = [5, 10] as const
const NDCG_K = 10
const FILE_BYTES = 16 * 1024 * 1024
const queriesSchema = z.array(textQuerySchema).min(1).max(10_000)

type PerQuery = TextEvaluation['perQuery'][number]
/** Queries whose right answer is to decline have no `relevant`. */
type Asked = { text: string; relevant: readonly string[] | undefined }

export function evaluateTextService(parts: EvaluateParts): Handler<'evaluate.text'> {
  return async (input, context) => {
    const start = performance.now()
    const asked = await readQueries(input.queries)
    const { borrowed, image, text, training } = await modelFor(parts, input.model)
    try {
      if (text === undefined)
        throw new HilumError(
          'EVALUATION_INVALID',
          'The model was not taught words, so it cannot rank by them.',
        )
      const classes = input.classes === undefined ? {} : { classes: input.classes }
      const gallery = await setOf(parts, image, input.gallery, classes, 'gallery', context)
      labelled(gallery, 'The gallery')
      const index = await parts.memoryIndex(image.dimension)
      try {
        await index.add([...gallery.members.keys()], gallery.vectors)
        const perQuery: PerQuery[] = []
        for (const query of asked) {
          context.signal.throwIfAborted()
          perQuery.push(
            await judged(query, text, index, gallery, input.wall === true ? parts.pictures : undefined),
          )
          context.progress({ phase: 'ranking', done: perQuery.length, total: asked.length, item: query.text })
        }
        const among = described(input.gallery, input.galleryPath, gallery, parts.workspace)
        const remarks = [
          ...textRemarks(among, taughtOf(gallery, training), perQuery),
          ...asideRemark(gallery.aside),
        ]
        return {
          model: { id: image.modelId, sha256: image.modelSha256 },
          gallery: among,
          queries: {
            path: input.queries.kind === 'path' ? input.queries.path : input.queries.name,
            count: asked.length,
          },
          ...summary(perQuery),
          perQuery,
          ...(remarks.length === 0 ? {} : { remarks }),
          failures: gallery.failures,
          seconds: (performance.now() - start) / 1000,
        }
      } finally {
        await index.close()
      }
    } finally {
      await borrowed?.close()
    }
  }
}

/** @param pictures where the hits' pictures can be asked for afterwards; without it no hits are given */
async function judged(
  { text, relevant }: Asked,
  encoder: TextEncoder,
  index: VectorIndex,
  { members }: EmbeddedSet,
  pictures: Pictures | undefined,
): Promise<PerQuery> {
  if (text.length > LIMITS.textCharacters) throw new HilumError('QUERY_TOO_LONG')
  const { embedding, abstain } = await encoder.encode(text)
  if (relevant === undefined) return { text, abstain: true, abstained: abstain }
  const query = { text, relevant: [...relevant], abstained: abstain }
  if (abstain) return { ...query, precisionAt: { 5: 0, 10: 0 }, ndcgAt10: 0 }
  const isRelevant = (member: Member): boolean =>
    member.findings.some((finding) => relevant.includes(finding))
  const ranked = (await rank(index, embedding, NDCG_K)).map(({ key, score }) => {
    const member = members[key] as Member
    return { member, score, same: isRelevant(member) }
  })
  const same = ranked.map((each) => each.same)
  return {
    ...query,
    precisionAt: judge([], '', same, [], KS).precision,
    ndcgAt10: ndcg(same, members.filter(isRelevant).length, NDCG_K),
    ...(pictures === undefined
      ? {}
      : {
          hits: ranked.map(({ member, score, same: isSame }) => ({
            file: member.name,
            ...pictureOf(pictures, member),
            finding: member.findings.join(', '),
            same: isSame,
            score,
          })),
        }),
  }
}

function summary(
  perQuery: readonly PerQuery[],
): Pick<TextEvaluation, 'precisionAt' | 'ndcgAt10' | 'answered' | 'abstain'> {
  const answerable = perQuery.filter(({ abstain }) => abstain === undefined)
  const declinable = perQuery.filter(({ abstain }) => abstain === true)
  const mean = (value: (query: PerQuery) => number): number =>
    answerable.reduce((sum, query) => sum + value(query), 0) / answerable.length
  return {
    ...(answerable.length === 0
      ? { precisionAt: {} }
      : {
          precisionAt: Object.fromEntries(
            KS.map((k) => [k, mean(({ precisionAt }) => precisionAt?.[k] ?? 0)]),
          ),
          ndcgAt10: mean(({ ndcgAt10 }) => ndcgAt10 ?? 0),
        }),
    answered: { count: answerable.filter(({ abstained }) => !abstained).length, of: answerable.length },
    abstain: { correct: declinable.filter(({ abstained }) => abstained).length, of: declinable.length },
  }
}

/** @throws HilumError EVALUATION_INVALID, naming the first line that is not as it should be */
async function readQueries(source: Source): Promise<Asked[]> {
  const json = Buffer.from(await bytesOf(source, FILE_BYTES)).toString('utf8')
  let document: unknown
  try {
    document = JSON.parse(json)
  } catch (cause) {
    throw unusable(cause instanceof Error ? cause.message : String(cause), cause)
  }
  const parsed = queriesSchema.safeParse(document)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = typeof issue?.path[0] === 'number' ? `query ${issue.path[0] + 1}: ` : ''
    throw unusable(`${place}${issue?.message ?? ''}`)
  }
  return parsed.data.map(toAsked)
}

/** Findings stand in the library in upper case. */
function toAsked(query: TextQuery): Asked {
  return {
    text: query.text,
    relevant: 'relevant' in query ? query.relevant.map((finding) => finding.toUpperCase()) : undefined,
  }
}

function unusable(detail: string, cause?: unknown): HilumError {
  return new HilumError(
    'EVALUATION_INVALID',
    'The file of text queries cannot be used: it is a JSON list of {"text": …, "relevant": ["NORMAL"]} and {"text": …, "abstain": true}.',
    { detail, cause },
  )
}
