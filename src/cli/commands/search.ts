import type { Region } from '@shared/domain/images.js'
import type { Hit, ImageSearch } from '@shared/domain/search.js'
import { HilumError } from '@shared/errors.js'
import { evidenceWords } from '@shared/evidenceWords.js'
import { scoreDigits } from '@shared/scoreDigits.js'
import { LIMITS } from '@shared/limits.js'
import { modelKnows } from '@shared/modelKnows.js'
import type { Command, Context, Values } from '../command.js'
import { text, whole } from '../options.js'
import { openQuery } from '../queryFile.js'
import { fixed, table } from '../screen.js'

const K = {
  k: { type: 'string', short: 'k', help: `how many (default 10, at most ${LIMITS.searchK})` },
} as const
const DEFAULT_K = 10
const howMany = (values: Values): number => whole(values, 'k', 1, LIMITS.searchK) ?? DEFAULT_K
type Asked = { text: string; k: number }

/** `x,y,w,h` in fractions of the frame. */
function region(values: Values): Region | undefined {
  const value = text(values, 'region')
  if (value === undefined) return undefined
  const [x, y, width, height, ...rest] = value.split(',').map(Number)
  const inside = (number: number | undefined): number is number =>
    number !== undefined && number >= 0 && number <= 1
  if (
    !inside(x) ||
    !inside(y) ||
    !inside(width) ||
    !inside(height) ||
    rest.length > 0 ||
    width === 0 ||
    height === 0
  )
    throw new HilumError(
      'USAGE',
      '--region takes x,y,width,height in fractions of the frame, such as 0.1,0.5,0.3,0.4.',
    )
  return { x, y, width, height }
}

export function hitLines(hits: readonly Hit[]): string[] {
  const digits = scoreDigits(hits.map(({ score }) => score))
  return table(
    ['rank', 'finding', 'score', 'case', 'file', 'source'],
    hits.map((hit) => [
      hit.rank,
      hit.findings.join(', ') || 'no finding recorded',
      fixed(hit.score, digits),
      hit.caseId,
      hit.file,
      hit.source ?? '',
    ]),
  )
}

/** What is said of the hits together, a sentence a line. */
export function evidenceLines(result: ImageSearch): string[] {
  const { headline, share, sentences } = evidenceWords(result)
  return [`${headline}.`, ...(share === undefined ? [] : [`${share.share} ${share.base}`]), ...sentences]
}

export const searchImage: Command = {
  usage: 'FILE',
  summary: 'ranks the cases most similar to an image',
  options: { ...K, region: { type: 'string', help: 'x,y,width,height in fractions of the frame' } },
  arity: [1, 1],
  library: 'read',
  check: (_, values) => void [howMany(values), region(values)],
  async run({ args, values, session, screen, signal }) {
    const k = howMany(values)
    const box = region(values)
    const { queryId, said } = await openQuery(session, args[0] ?? '', signal)
    await session.measured({ signal, onProgress: screen.progress })
    const result = await session.call(
      'search.image',
      { queryId, k, ...(box === undefined ? {} : { region: box }) },
      { signal },
    )
    const status = await session.call('engine.status', {}, { signal })
    screen.result(result, () => [
      ...said,
      ...(result.query.inLibrary === undefined
        ? []
        : [
            `This image is in the library already, as ${result.query.inLibrary.caseId}; it is left out of the hits.`,
          ]),
      ...hitLines(result.hits),
      '',
      ...evidenceLines(result),
      ...(result.query.remarks ?? []),
      `${modelKnows(status.model?.limits)} Not for diagnosis.`,
    ])
  },
}

/** A search by words: the rest of the line is the query. */
function byWords(summary: string, run: (asked: Asked, context: Context) => Promise<void>): Command {
  return {
    usage: 'WORDS',
    summary,
    options: K,
    arity: [1, Infinity],
    library: 'read',
    // Before the library is opened: where there is none, that is not what is wrong with these words.
    check(args, values) {
      howMany(values)
      if (args.join(' ').length > LIMITS.textCharacters) throw new HilumError('QUERY_TOO_LONG')
    },
    run: (context) => run({ text: context.args.join(' '), k: howMany(context.values) }, context),
  }
}

export const searchText = byWords('ranks images by words', async (asked, { session, screen, signal }) => {
  const result = await session.call('search.text', asked, { signal })
  screen.result(result, () =>
    result.query.abstained
      ? [result.query.reason ?? 'This model cannot know that, so no images are ranked.']
      : [...hitLines(result.hits), ...(result.query.remarks ?? [])],
  )
})

export const searchNotes = byWords(
  'finds case notes by words, "phrases", prefix*, AND, OR, NOT',
  async (asked, { session, screen, signal }) => {
    const found = await session.call('search.notes', asked, { signal })
    const hits = found.hits.map((hit, place) => ({
      rank: place + 1,
      ...hit,
      snippet: hit.snippet.replace(/[\uE000\uE001]/g, ''),
    }))
    screen.result({ ...found, hits }, () => [
      ...table(
        ['rank', 'case', 'score', 'note'],
        hits.map((hit) => [hit.rank, hit.caseId, fixed(hit.score), hit.snippet.replace(/\s+/g, ' ')]),
      ),
      `${found.total} notes`,
      ...(found.rankedAmong === undefined
        ? []
        : [
            `The words are too common to rank all: the ${found.rankedAmong} newest were, and notes with the rarer words.`,
          ]),
    ])
  },
)
