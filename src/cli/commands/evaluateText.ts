import { HilumError } from '@shared/errors.js'
import type { Command } from '../command.js'
import { pathSource, text, words } from '../options.js'
import { failureLines, fixed, table } from '../screen.js'

const share = (value: number | undefined): string => (value === undefined ? '' : fixed(value))

export const evaluateText: Command = {
  usage: '',
  summary: 'measures how well words find labelled images, and what is rightly declined',
  options: {
    gallery: { type: 'string', help: 'file, folder, ZIP or file.npz#split' },
    queries: {
      type: 'string',
      help: 'JSON: [{"text": …, "relevant": ["NORMAL"]}, {"text": …, "abstain": true}]',
    },
    classes: { type: 'string', help: 'A,B,…: names of an NPZ file’s label values' },
    model: { type: 'string', help: 'id of an installed model' },
  },
  arity: [0, 0],
  library: 'none',
  async run({ values, session, screen, signal }) {
    const gallery = text(values, 'gallery')
    const queries = text(values, 'queries')
    if (gallery === undefined || queries === undefined)
      throw new HilumError('USAGE', 'evaluate-text needs --gallery and --queries.')
    const classes = words(values, 'classes')
    const model = text(values, 'model')
    const result = await session.call(
      'evaluate.text',
      {
        gallery: pathSource(gallery),
        queries: pathSource(queries),
        ...(classes === undefined ? {} : { classes }),
        ...(model === undefined ? {} : { model }),
      },
      { signal, onProgress: screen.progress },
    )
    screen.result(result, () => [
      `model ${result.model.id} (${result.model.sha256.slice(0, 12)}), ${result.queries.count} queries, ${result.gallery.images} images, ${result.seconds.toFixed(1)} s`,
      ...(result.remarks ?? []),
      '',
      ...Object.entries(result.precisionAt).map(([k, value]) => `P@${k} ${fixed(value)}`),
      ...(result.ndcgAt10 === undefined ? [] : [`nDCG@10 ${fixed(result.ndcgAt10)}`]),
      `answered ${result.answered.count} of ${result.answered.of} that have an answer; declined ${result.abstain.correct} of ${result.abstain.of} that have none`,
      '',
      ...table(
        ['query', 'should find', 'answer', 'P@5', 'P@10', 'nDCG@10'],
        result.perQuery.map((query) => [
          query.text,
          query.relevant?.join(', ') ?? 'nothing',
          query.abstained ? 'declined' : 'ranked',
          share(query.precisionAt?.['5']),
          share(query.precisionAt?.['10']),
          share(query.ndcgAt10),
        ]),
      ),
      ...failureLines(result.failures),
    ])
  },
}
