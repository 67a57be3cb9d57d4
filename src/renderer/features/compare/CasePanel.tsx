import type { Contributions } from '@shared/domain/explanation.js'
import type { Hit } from '@shared/domain/search.js'
import { topPlaces } from '@shared/heatMap.js'
import { Table } from 'lucide-react'
import { useIdentity } from '../../app/identity.js'
import { useSession } from '../../app/session.js'
import { ageSex, score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Dialog } from '../../ui/Dialog.js'
import { Closeness, FindingPill } from '../../ui/Marks.js'
import { heatColour } from '../../viewer/heat.js'
import { startSearch } from '../search/searchRun.js'
import { useCompare } from './compareStore.js'
import { Side } from './ExplainBar.js'
import { Notes } from './Notes.js'
import { Tags } from './Tags.js'

const placeName = (place: number, columns: number) =>
  s.compare.rowColumn(Math.floor(place / columns) + 1, (place % columns) + 1)

function Places({ value }: { value: Contributions }) {
  const { table } = useCompare()
  const columns = value.grid[1]
  const top = topPlaces(value.contributions, 5 / value.contributions.length)
  const most = value.contributions[top[0] ?? 0] ?? 1
  const rest = value.sum - top.reduce((sum, place) => sum + (value.contributions[place] ?? 0), 0)
  return (
    <section className="sect col" aria-label={s.compare.what}>
      <div className="row">
        <h3>{s.compare.what}</h3>
        <button
          type="button"
          className="btn ghost icon end"
          aria-label={s.compare.table}
          title={s.compare.table}
          onClick={() => useCompare.setState({ table: true })}
        >
          <Table aria-hidden="true" />
        </button>
      </div>
      <ul className="col places">
        {top.map((place) => (
          <li key={place} className="row xs">
            <span className="place-name">{placeName(place, columns)}</span>
            <span className="bar grow">
              <i
                style={{
                  width: `${((value.contributions[place] ?? 0) / most) * 100}%`,
                  background: heatColour((value.contributions[place] ?? 0) / most),
                }}
              />
            </span>
            <span className="mono">{score(value.contributions[place] ?? 0)}</span>
          </li>
        ))}
        <li className="row xs">
          <span className="place-name t3">{s.compare.allOther}</span>
          <span className="grow" />
          <span className="mono">{score(rest)}</span>
        </li>
      </ul>
      <p className="xs">
        {s.compare.addsUp(score(value.score))} {s.compare.sees(Math.round(value.receptiveField * 100))}
      </p>
      {table && (
        <Dialog title={s.compare.tableTitle} onClose={() => useCompare.setState({ table: false })}>
          <table className="hit-table">
            <thead>
              <tr>
                <th>{s.compare.place}</th>
                <th className="num">{s.compare.share}</th>
                <th>{s.compare.bestMatch}</th>
              </tr>
            </thead>
            <tbody>
              {topPlaces(value.contributions, 1).map((place) => (
                <tr key={place}>
                  <td>{placeName(place, columns)}</td>
                  <td className="num mono">{score(value.contributions[place] ?? 0)}</td>
                  <td>{placeName(value.matches[place] ?? 0, columns)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Dialog>
      )}
    </section>
  )
}

/** Where the scores of two cases differ: the largest places of either side, and what they add up to. */
function Differences({
  difference,
  columns,
  hit,
  opposite,
}: {
  difference: NonNullable<Contributions['difference']>
  columns: number
  hit: Hit
  opposite: Hit
}) {
  const { shares } = difference
  const sizes = shares.map(Math.abs)
  const top = topPlaces(sizes, SHOWN_DIFFERENCES / shares.length)
  const most = sizes[top[0] ?? 0] || 1
  const rest = difference.score - top.reduce((sum, place) => sum + (shares[place] ?? 0), 0)
  return (
    <section className="sect col" aria-label={s.compare.differ}>
      <h3>{s.compare.differ}</h3>
      <span className="col xs">
        <Side kind="for" hit={hit} />
        <Side kind="against" hit={opposite} />
      </span>
      <ul className="col places">
        {top.map((place) => {
          const kind = (shares[place] ?? 0) > 0 ? 'for' : 'against'
          return (
            <li key={place} className="row xs">
              <span className="place-name">{placeName(place, columns)}</span>
              <span className="bar grow">
                <i
                  className={`side-mark ${kind}`}
                  style={{ width: `${((sizes[place] ?? 0) / most) * 100}%` }}
                />
              </span>
              <span className="mono">{signed(shares[place] ?? 0)}</span>
            </li>
          )
        })}
        <li className="row xs">
          <span className="place-name t3">{s.compare.allOther}</span>
          <span className="grow" />
          <span className="mono">{signed(rest)}</span>
        </li>
      </ul>
      <p className="xs">
        {s.compare.differText(
          hit.caseId,
          score(hit.score),
          opposite.caseId,
          score(opposite.score),
          signed(difference.score),
        )}
      </p>
    </section>
  )
}

const SHOWN_DIFFERENCES = 6
/** 0.012 -> "+0.012", -0.012 -> "−0.012" */
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${score(Math.abs(value))}`

export function CasePanel({
  queryId,
  hit,
  explanation,
  opposite,
}: {
  queryId: string
  hit: Hit | undefined
  explanation: Contributions | undefined
  opposite: Hit | undefined
}) {
  const identity = useIdentity()
  const library = useSession((session) => session.library)
  const differ = useCompare((compare) => compare.differ)
  return (
    <aside className="panel r" aria-label={s.compare.details}>
      {hit && (
        <>
          <div className="case-head col">
            <div className="row">
              <h2>{hit.caseId}</h2>
              <button
                type="button"
                className="btn end"
                onClick={() => startSearch({ kind: 'image', imageId: hit.imageId })}
              >
                {s.compare.useAsQuery} <kbd>Q</kbd>
              </button>
            </div>
            <div className="row">
              <FindingPill findings={hit.findings} />
              <span className="end">
                <Closeness value={hit.closeness} />
              </span>
            </div>
            <dl className="kv xs">
              <dt>{s.compare.facts.patient}</dt>
              <dd>{[identity.number(hit.study), ageSex(hit.study)].filter(Boolean).join(' · ') || '–'}</dd>
              <dt>{s.compare.facts.date}</dt>
              <dd>{identity.day(hit.study.studyDate) ?? '–'}</dd>
              <dt>{s.compare.facts.source}</dt>
              <dd>{hit.source ?? library?.name}</dd>
              <dt>{s.compare.facts.score}</dt>
              <dd className="mono">{score(hit.score)}</dd>
            </dl>
          </div>
          {explanation &&
            (differ && explanation.difference && opposite ? (
              <Differences
                difference={explanation.difference}
                columns={explanation.grid[1]}
                hit={hit}
                opposite={opposite}
              />
            ) : (
              <Places value={explanation} />
            ))}
          <Notes caseId={hit.caseId} study={hit.study} />
        </>
      )}
      <Tags queryId={queryId} imageId={hit?.imageId} />
    </aside>
  )
}
