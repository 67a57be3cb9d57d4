/** Stated against observed share of cases left out: what the neighbours' bare count says, and what is stated. */
import type { Reliability } from '@shared/domain/measuring.js'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { useFreshHealth } from '../library/healthStore.js'

const W = 420
const H = 210
const LEFT = 40
const RIGHT = 404
const TOP = 12
const BOTTOM = 180

function Plot({ value, least }: { value: Reliability; least: number }) {
  const span = 1 - least || 1
  const x = (share: number) => LEFT + ((Math.max(least, share) - least) / span) * (RIGHT - LEFT)
  const y = (share: number) => BOTTOM - ((Math.max(least, share) - least) / span) * (BOTTOM - TOP)
  const ticks = [least, (1 + least) / 2, 1]
  const path = (bins: Reliability['after']['bins']) =>
    bins.map((bin, i) => `${i === 0 ? 'M' : 'L'}${x(bin.stated)} ${y(bin.observed)}`).join('')
  const summary = value.after.bins
    .map((bin) => s.health.point(score(bin.stated), score(bin.observed), bin.n))
    .join('; ')
  return (
    <svg viewBox={`0 0 ${W} ${H}`} className="chart" role="img" aria-label={s.health.summary(summary)}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={RIGHT} y1={y(tick)} y2={y(tick)} className="grid-line" />
          <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
            {tick.toFixed(2)}
          </text>
          <text x={x(tick)} y={BOTTOM + 18} textAnchor={tick === 1 ? 'end' : 'middle'}>
            {tick.toFixed(2)}
          </text>
        </g>
      ))}
      <line x1={x(least)} y1={y(least)} x2={x(1)} y2={y(1)} className="diagonal" />
      <path d={path(value.before.bins)} className="line before" />
      {value.before.bins.map((bin) => (
        <rect
          key={bin.stated}
          x={x(bin.stated) - 3}
          y={y(bin.observed) - 3}
          width="6"
          height="6"
          className="dot before"
        />
      ))}
      {value.after.bins.map((bin) => (
        <g key={bin.stated}>
          <line x1={x(bin.stated)} x2={x(bin.stated)} y1={y(bin.low)} y2={y(bin.high)} className="whisker" />
          <circle cx={x(bin.stated)} cy={y(bin.observed)} r="4" className="dot" />
        </g>
      ))}
    </svg>
  )
}

export function ReliabilityChart() {
  const health = useFreshHealth()
  if (!health || health.state === 'none') return null
  const { reliability } = health
  const shares = reliability
    ? [...reliability.before.bins, ...reliability.after.bins].flatMap((bin) => [bin.stated, bin.low])
    : []
  const least = Math.max(0, Math.floor(Math.min(1, ...shares) * 10) / 10)
  return (
    <section className="card eval-card" aria-label={s.health.honest}>
      <h2>{s.health.honest}</h2>
      <p className="xs t3">{s.health.honestText}</p>
      {reliability ? (
        <>
          <Plot value={reliability} least={least} />
          <p className="row wrap xs">
            <span className="row key-line">
              <i className="key-dot" aria-hidden="true" />
              {s.health.after}
            </span>
            <span className="row key-line">
              <i className="key-square" aria-hidden="true" />
              {s.health.before}
            </span>
            <span className="end t2">
              {s.health.error(score(reliability.before.error), score(reliability.after.error))} (n ={' '}
              {reliability.n})
            </span>
          </p>
          <details>
            <summary className="xs">{s.health.asTable}</summary>
            <table className="hit-table">
              <thead>
                <tr>
                  <th />
                  <th className="num">{s.health.stated}</th>
                  <th className="num">{s.health.observed}</th>
                  <th>{s.health.interval}</th>
                  <th className="num">{s.health.cases}</th>
                </tr>
              </thead>
              <tbody>
                {(['after', 'before'] as const).flatMap((kind) =>
                  reliability[kind].bins.map((bin) => (
                    <tr key={`${kind} ${bin.stated}`}>
                      <td>{s.health[kind]}</td>
                      <td className="num">{score(bin.stated)}</td>
                      <td className="num">{score(bin.observed)}</td>
                      <td>{s.evaluate.interval(score(bin.low), score(bin.high))}</td>
                      <td className="num">{bin.n}</td>
                    </tr>
                  )),
                )}
              </tbody>
            </table>
          </details>
        </>
      ) : (
        <>
          <p>{health.state === 'measuring' ? s.health.measuring : s.health.noHonest(health.fresh)}</p>
          {health.remarks.map((remark) => (
            <p key={remark} className="xs">
              {remark}
            </p>
          ))}
        </>
      )}
    </section>
  )
}
