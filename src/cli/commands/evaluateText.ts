import type { Command } from '../command.js'
import { SET_OPTIONS, evaluationSets } from '../evaluationSets.js'
import { failureLines, fixed, table } from '../screen.js'

const share = (value: number | undefined): string => (value === undefined ? '' : fixed(value))

export const evaluateText: Command = {
  usage: '',
  summary: 'measures how well words find labelled images, and what is rightly declined',
  options: {
    ...SET_OPTIONS,
    queries: {
      type: 'string',
      help: 'JSON: [{"text": …, "relevant": ["NORMAL"]}, {"text": …, "abstain": true}]',
    },
  },
  arity: [0, 0],
  library: 'none',
  async run({ values, session, screen, signal }) {
    const result = await session.call('evaluate.text', evaluationSets('evaluate-text', values), {
      signal,
      onProgress: screen.progress,
    })
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
