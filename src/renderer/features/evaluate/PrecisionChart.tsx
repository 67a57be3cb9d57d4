import type { Evaluation } from '@shared/domain/evaluation.js'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'

const W = 420
const H = 180
const LEFT = 40
const BOTTOM = 150

/** Precision against k with its band; its numbers are the chart's name. */
export function PrecisionChart({ result }: { result: Evaluation }) {
  const points = Object.entries(result.precisionAt).map(([k, value]) => {
    const pair = result.interval95[k]
    return { k: Number(k), value, low: pair?.[0] ?? value, high: pair?.[1] ?? value }
  })
  const most = Math.max(...points.map((point) => point.k), 2)
  const least = Math.floor(Math.min(...points.map((point) => point.low)) * 10) / 10
  const x = (k: number) => LEFT + ((k - 1) / (most - 1)) * (W - LEFT - 16)
  const y = (value: number) => BOTTOM - ((value - least) / (1 - least || 1)) * (BOTTOM - 14)
  const line = points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.k)} ${y(point.value)}`).join('')
  const band = `${points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.k)} ${y(point.high)}`).join('')}${[
    ...points,
  ]
    .reverse()
    .map((point) => `L${x(point.k)} ${y(point.low)}`)
    .join('')}Z`
  const summary = points
    .map((point) => `${point.k}: ${score(point.value)} (${score(point.low)} to ${score(point.high)})`)
    .join('; ')
  return (
    <section className="card eval-card" aria-label={s.evaluate.against}>
      <h2>{s.evaluate.against}</h2>
      <p className="xs t3">{s.evaluate.band}</p>
      <svg
        viewBox={`0 0 ${W} ${H}`}
        className="chart"
        role="img"
        aria-label={s.evaluate.axisSummary(summary)}
      >
        {[least, (least + 1) / 2, 1].map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={W - 16} y1={y(value)} y2={y(value)} className="grid-line" />
            <text x={LEFT - 8} y={y(value) + 4} textAnchor="end">
              {value.toFixed(2)}
            </text>
          </g>
        ))}
        <path d={band} className="band" />
        <path d={line} className="line" />
        {points.map((point) => (
          <g key={point.k}>
            <circle cx={x(point.k)} cy={y(point.value)} r="3.5" className="dot" />
            <text x={x(point.k)} y={BOTTOM + 20} textAnchor="middle">
              {point.k}
            </text>
          </g>
        ))}
      </svg>
    </section>
  )
}
