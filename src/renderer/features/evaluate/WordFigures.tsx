import type { TextEvaluation } from '@shared/domain/evaluation.js'
import { Check, X } from 'lucide-react'
import { useMemo } from 'react'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { FindingPill } from '../../ui/Marks.js'
import { Answer } from './Wall.js'

const SHOWN = 5
type Query = TextEvaluation['perQuery'][number]

/** Whether a query got the kind of answer it should: ranked or declined. */
const isRightKind = (query: Query): boolean => (query.abstain === true) === query.abstained

export function WordStats({ result }: { result: TextEvaluation }) {
  const { answered, abstain, ndcgAt10 } = result
  return (
    <div className="stats">
      {Object.entries(result.precisionAt).map(([k, value]) => (
        <div className="card stat-card" key={k}>
          <span className="t2">{s.evaluate.precision(k)}</span>
          <b className="stat">{score(value)}</b>
        </div>
      ))}
      {ndcgAt10 !== undefined && (
        <div className="card stat-card">
          <span className="t2">{s.evaluate.ndcg}</span>
          <b className="stat">{score(ndcgAt10)}</b>
        </div>
      )}
      <div className="card stat-card">
        <span className="t2">{s.evaluate.answered}</span>
        <b className="stat">{s.evaluate.rightOf(answered.count, answered.of)}</b>
        <span className="xs t3">{s.evaluate.answeredNote}</span>
      </div>
      <div className="card stat-card">
        <span className="t2">{s.evaluate.declined}</span>
        <b className="stat">{s.evaluate.rightOf(abstain.correct, abstain.of)}</b>
        <span className="xs t3">{s.evaluate.declinedNote}</span>
      </div>
    </div>
  )
}

/** 0 for the worst: the wrong kind of answer, then by what was found. */
const merit = (query: Query): number => (isRightKind(query) ? 1 + (query.ndcgAt10 ?? 1) : 0)

/** Every query with what it found, failures first. */
export function WordQueries({ result }: { result: TextEvaluation }) {
  const sorted = useMemo(() => [...result.perQuery].sort((a, b) => merit(a) - merit(b)), [result])
  return (
    <ul className="col wall">
      {sorted.map((query, at) => (
        <li key={`${at} ${query.text}`} className="wall-row">
          <div className="word-query col">
            <b className="clip" title={query.text}>
              {query.text}
            </b>
            {query.relevant ? (
              <FindingPill findings={query.relevant} />
            ) : (
              <span className="t3">{s.evaluate.shouldDecline}</span>
            )}
          </div>
          {query.hits?.slice(0, SHOWN).map((hit, i) => (
            <Answer key={`${hit.file} ${i}`} hit={hit} />
          ))}
          {!query.hits && (
            <span className={`badge ${isRightKind(query) ? 'right' : 'wrong'}`}>
              {isRightKind(query) ? <Check aria-hidden="true" /> : <X aria-hidden="true" />}
              {query.abstained ? s.evaluate.wasDeclined : s.evaluate.wasAnswered}
            </span>
          )}
          {query.precisionAt && (
            <span className="end num">
              {s.evaluate.precisionShort('10')} <b>{score(query.precisionAt['10'] ?? 0)}</b>
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
