/** Two models on the same queries: their figures side by side, and on which queries only one of them is right. */
import type { Evaluation } from '@shared/domain/evaluation.js'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'

/** Queries whose nearest case carries their finding in one ranking and not in the other. */
export function onlyOne(
  a: Pick<Evaluation, 'wall'>,
  b: Pick<Evaluation, 'wall'>,
): { a: number; b: number; both: number; neither: number } {
  const right = new Map((b.wall ?? []).map((row) => [row.imageId ?? row.file, row.hits[0]?.same === true]))
  const counts = { a: 0, b: 0, both: 0, neither: 0 }
  for (const row of a.wall ?? []) {
    const theirs = right.get(row.imageId ?? row.file)
    if (theirs === undefined) continue
    const ours = row.hits[0]?.same === true
    counts[ours ? (theirs ? 'both' : 'a') : theirs ? 'b' : 'neither']++
  }
  return counts
}

export function TwoModels({ a, b }: { a: Evaluation; b: Evaluation }) {
  const counts = onlyOne(a, b)
  const interval = (result: Evaluation, k: string) => {
    const pair = result.interval95[`precisionAt${k}`] ?? result.interval95[k]
    return pair ? s.evaluate.interval(score(pair[0]), score(pair[1])) : ''
  }
  const name = (result: Evaluation) => s.evaluate.modelNote(result.model.id, result.model.sha256.slice(0, 8))
  return (
    <section className="card eval-card" aria-label={s.evaluate.twoModels}>
      <h2>{s.evaluate.twoModels}</h2>
      <table className="hit-table">
        <thead>
          <tr>
            <th>{s.evaluate.figure}</th>
            <th className="num">{name(a)}</th>
            <th>{s.health.interval}</th>
            <th className="num">{name(b)}</th>
            <th>{s.health.interval}</th>
            <th className="num">{s.evaluate.differenceShort}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(a.precisionAt).map(([k, value]) => (
            <tr key={k}>
              <td>{s.evaluate.precision(k)}</td>
              <td className="num">{score(value)}</td>
              <td>{interval(a, k)}</td>
              <td className="num">{score(b.precisionAt[k] ?? 0)}</td>
              <td>{interval(b, k)}</td>
              <td className="num">{score(value - (b.precisionAt[k] ?? 0))}</td>
            </tr>
          ))}
          <tr>
            <td>{s.evaluate.map}</td>
            <td className="num">{score(a.map)}</td>
            <td />
            <td className="num">{score(b.map)}</td>
            <td />
            <td className="num">{score(a.map - b.map)}</td>
          </tr>
        </tbody>
      </table>
      <p className="xs">
        {s.evaluate.onlyOne(counts.a, a.model.id, counts.b, b.model.id, counts.both, counts.neither)}
      </p>
      <p className="xs t3">{s.evaluate.taughtNote}</p>
    </section>
  )
}
