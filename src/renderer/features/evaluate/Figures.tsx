import type { Evaluation } from '@shared/domain/evaluation.js'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'

/** Precision at each k with its interval, all on one axis; then the whole ranking's figures. */
export function Figures({ result }: { result: Evaluation }) {
  const ks = Object.keys(result.precisionAt)
  const intervals = ks.map((k) => result.interval95[k])
  const low =
    Math.floor(
      Math.min(...intervals.map((pair) => pair?.[0] ?? 1), ...Object.values(result.precisionAt), result.map) *
        10,
    ) / 10
  const at = (value: number) => `${((value - low) / (1 - low || 1)) * 100}%`
  return (
    <div className="stats">
      {ks.slice(0, 4).map((k, i) => {
        const value = result.precisionAt[k] ?? 0
        const pair = intervals[i]
        return (
          <div className="card stat-card" key={k}>
            <span className="t2">{s.evaluate.precision(k)}</span>
            <b className="stat">{score(value)}</b>
            <span className="ci" aria-hidden="true">
              {pair && <i style={{ left: at(pair[0]), right: `calc(100% - ${at(pair[1])})` }} />}
              <b style={{ left: at(value) }} />
            </span>
            <span className="row xs t3">
              {low.toFixed(2)}
              <span className="grow centre">
                {pair ? s.evaluate.interval(score(pair[0]), score(pair[1])) : ''}
              </span>
              1.00
            </span>
          </div>
        )
      })}
      <div className="card stat-card">
        <span className="t2">{s.evaluate.map}</span>
        <b className="stat">{score(result.map)}</b>
        <span className="xs t3 end-line">
          {s.evaluate.vote(result.vote.k)}: <b>{score(result.vote.accuracy)}</b>
        </span>
      </div>
    </div>
  )
}
