import type { Evaluation } from '@shared/domain/evaluation.js'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { FindingPill } from '../../ui/Marks.js'

type Line = Evaluation['perClass'][string]

function Precision({ line, k }: { line: Line; k: string }) {
  const pair = line.interval95[k]
  return (
    <td className="num">
      {score(line.precisionAt[k] ?? 0)}
      {pair && <span className="xs t3 under">{s.evaluate.interval(score(pair[0]), score(pair[1]))}</span>}
    </td>
  )
}

/** Each finding by itself: most libraries hold far more of one than of the other. */
export function ByFinding({ result }: { result: Evaluation }) {
  const ks = Object.keys(result.precisionAt)
  const last = ks.at(-1) ?? '1'
  return (
    <section className="card eval-card" aria-label={s.evaluate.byFinding}>
      <h2>{s.evaluate.byFinding}</h2>
      <p className="xs t3">{s.evaluate.under}</p>
      <div className="table-scroll">
        <table className="hit-table">
          <thead>
            <tr>
              <th>{s.evaluate.finding}</th>
              <th className="num">{s.evaluate.n}</th>
              {ks.map((k) => (
                <th className="num" key={k}>
                  {s.evaluate.precisionShort(k)}
                </th>
              ))}
              <th className="num">{s.evaluate.hitShort(last)}</th>
              <th className="num">{s.evaluate.mapShort}</th>
              <th className="num">{s.evaluate.voteShort}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(result.perClass).map(([finding, line]) => (
              <tr key={finding}>
                <td>
                  <FindingPill findings={[finding]} />
                </td>
                <td className="num">{line.queries}</td>
                {ks.map((k) => (
                  <Precision key={k} line={line} k={k} />
                ))}
                <td className="num">{score(line.hitAt[last] ?? 0)}</td>
                <td className="num">{score(line.map)}</td>
                <td className="num">{score(line.vote)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="xs t3">
        {s.evaluate.modelNote(result.model.id, result.model.sha256.slice(0, 8))} ·{' '}
        {s.evaluate.galleryNote(result.gallery.images)}
        {result.failures.length > 0 ? ` · ${s.evaluate.failures(result.failures.length)}` : ''}
      </p>
    </section>
  )
}
