import { csv } from '@shared/csv.js'
import type { Evaluation, TextEvaluation } from '@shared/domain/evaluation.js'

/** Figures first, then one line for each query, RFC 4180. */
export function evaluationCsv(result: Evaluation): string {
  const lines: (string | number)[][] = [
    ['figure', 'value', 'low', 'high'],
    ...Object.entries(result.precisionAt).map(([k, value]) => [
      `precisionAt${k}`,
      value,
      ...(result.interval95[k] ?? ['', '']),
    ]),
    ...Object.entries(result.perClass).flatMap(([finding, { precisionAt, interval95 }]) =>
      Object.entries(precisionAt).map(([k, value]) => [
        `precisionAt${k} ${finding}`,
        value,
        ...(interval95[k] ?? ['', '']),
      ]),
    ),
    ...Object.entries(result.hitAt).map(([k, value]) => [`hitAt${k}`, value, '', '']),
    ['map', result.map, '', ''],
    [`voteOf${result.vote.k}`, result.vote.accuracy, '', ''],
    ['model', result.model.id, result.model.sha256, ''],
    ...(result.queries.taught === undefined
      ? []
      : [['queries the model was trained on', result.queries.taught, '', '']]),
    ...(result.queries.inGallery === undefined
      ? []
      : [['queries that lie in the gallery too', result.queries.inGallery, '', '']]),
    [],
    ['query', 'truth', 'precision', 'nearest'],
    ...(result.wall ?? []).map((row) => [
      row.file,
      row.truth,
      row.precision,
      row.hits.map((hit) => hit.finding).join(' '),
    ]),
  ]
  return csv(lines)
}

export function textEvaluationCsv(result: TextEvaluation): string {
  const { answered, abstain, ndcgAt10 } = result
  return csv([
    ['figure', 'value', 'of'],
    ...Object.entries(result.precisionAt).map(([k, value]) => [`precisionAt${k}`, value, '']),
    ...(ndcgAt10 === undefined ? [] : [['ndcgAt10', ndcgAt10, '']]),
    ['answered', answered.count, answered.of],
    ['rightly declined', abstain.correct, abstain.of],
    ['model', result.model.id, result.model.sha256],
    [],
    ['query', 'relevant', 'answer', 'precisionAt5', 'precisionAt10', 'ndcgAt10'],
    ...result.perQuery.map((query) => [
      query.text,
      query.relevant?.join(' ') ?? '',
      query.abstained ? 'declined' : 'ranked',
      query.precisionAt?.['5'] ?? '',
      query.precisionAt?.['10'] ?? '',
      query.ndcgAt10 ?? '',
    ]),
  ])
}
