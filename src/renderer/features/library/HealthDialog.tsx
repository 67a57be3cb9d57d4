/** Library health in full: precision, near-duplicates, patients, groups, drift and what the figures cannot tell. */
import { useState } from 'react'
import type { Health } from '@shared/domain/measuring.js'
import { closeOverlay } from '../../app/overlays.js'
import { count, date, findingName, score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Dialog } from '../../ui/Dialog.js'
import { FindingPill } from '../../ui/Marks.js'
import { startSearchOfCase } from '../search/searchRun.js'
import { ConflictTable } from './ConflictTable.js'
import { HealthState, isUnmeasured } from './HealthPanel.js'
import { useFreshHealth } from './healthStore.js'

const SHOWN = 20
const SHOWN_GROUPS = 8

function Precision({ health }: { health: Health }) {
  const { precision } = health
  const perFinding = Object.entries(precision?.perFinding ?? {}).sort(([, a], [, b]) => b.n - a.n)
  return (
    <section className="col" aria-label={s.health.precisions}>
      <h3>{s.health.precisions}</h3>
      {precision ? (
        <table className="hit-table">
          <thead>
            <tr>
              <th>{s.health.figure}</th>
              <th className="num">{s.health.asked}</th>
              <th className="num">{s.health.value}</th>
              <th>{s.health.interval}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(precision.at).map(([k, line]) => (
              <tr key={k}>
                <td>{s.evaluate.precision(k)}</td>
                <td className="num">{count(precision.n)}</td>
                <td className="num">{score(line.value)}</td>
                <td>{s.evaluate.interval(score(line.low), score(line.high))}</td>
              </tr>
            ))}
            {perFinding.map(([finding, line]) => (
              <tr key={finding}>
                <td>
                  <span className="row">
                    {s.evaluate.precision('1')}, <FindingPill findings={[finding]} />
                  </span>
                </td>
                <td className="num">{count(line.n)}</td>
                <td className="num">{score(line.at1)}</td>
                <td />
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p>{s.health.noPrecision}</p>
      )}
    </section>
  )
}

function Copies({ health }: { health: Health }) {
  const { copies } = health
  const [all, setAll] = useState(false)
  const pairs = all ? copies.shown : copies.shown.slice(0, SHOWN)
  const open = (caseId: string) => {
    closeOverlay()
    void startSearchOfCase(caseId)
  }
  return (
    <section className="col" aria-label={s.health.review}>
      <h3>
        {s.health.review}{' '}
        <span className="t3">{copies.pairs === 0 ? s.health.noCopies : s.health.pairs(copies.pairs)}</span>
      </h3>
      {copies.shown.length > 0 && (
        <table className="hit-table">
          <thead>
            <tr>
              <th>{s.health.first}</th>
              <th>{s.health.second}</th>
              <th>{s.health.note}</th>
            </tr>
          </thead>
          <tbody>
            {pairs.map((pair) => (
              <tr key={`${pair.a} ${pair.b}`}>
                {[pair.a, pair.b].map((caseId) => (
                  <td key={caseId}>
                    <button type="button" className="link mono" onClick={() => open(caseId)}>
                      {caseId}
                    </button>
                  </td>
                ))}
                <td>
                  {[pair.contradict ? s.health.different : '', pair.samePatient ? s.health.same : '']
                    .filter(Boolean)
                    .join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {copies.shown.length > SHOWN && (
        <button type="button" className="btn ghost self" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? s.library.showFewer : s.health.showAllPairs(copies.shown.length, copies.pairs)}
        </button>
      )}
    </section>
  )
}

/** Copies that imports left out though they are labelled otherwise. */
function LeftOut({ conflicts }: { conflicts: Health['conflicts'] }) {
  const [all, setAll] = useState(false)
  const { total, shown } = conflicts
  if (total === 0) return null
  return (
    <section className="col" aria-label={s.health.leftOut}>
      <h3>
        {s.health.leftOut} <span className="t3">{count(total)}</span>
      </h3>
      <p className="xs">{s.health.leftOutText}</p>
      <ConflictTable conflicts={all ? shown : shown.slice(0, SHOWN)} onOpen={closeOverlay} />
      {shown.length > SHOWN && (
        <button type="button" className="btn ghost self" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? s.library.showFewer : s.health.showAllPairs(shown.length, total)}
        </button>
      )}
    </section>
  )
}

/** One way of counting the cases: its largest groups, and the others on a press. */
function Group({
  name,
  counts,
  nameOf,
}: {
  name: string
  counts: Record<string, number>
  nameOf: (name: string) => string
}) {
  const [all, setAll] = useState(false)
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a)
  const hidden = sorted.length - SHOWN_GROUPS
  return (
    <div>
      <b className="xs">{name}</b>
      <dl className="kv xs">
        {(all ? sorted : sorted.slice(0, SHOWN_GROUPS)).map(([group, n]) => (
          <div key={group} className="kv-row">
            <dt>{nameOf(group)}</dt>
            <dd>{count(n)}</dd>
          </div>
        ))}
      </dl>
      {hidden > 0 && (
        <button type="button" className="btn ghost xs" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? s.library.showFewer : s.health.showAllGroups(sorted.length)}
        </button>
      )}
    </div>
  )
}

function Groups({ groups }: { groups: Health['groups'] }) {
  return (
    <section className="col" aria-label={s.health.groups}>
      <h3>{s.health.groups}</h3>
      <div className="health-groups">
        {(Object.keys(s.health.groupNames) as (keyof Health['groups'])[]).map((group) => (
          <Group
            key={group}
            name={s.health.groupNames[group]}
            counts={groups[group]}
            nameOf={group === 'finding' ? findingName : (name) => name}
          />
        ))}
      </div>
    </section>
  )
}

function Drift({ drift }: { drift: Health['drift'] }) {
  return (
    <section className="col" aria-label={s.health.drift}>
      <h3>{s.health.drift}</h3>
      <p className="xs">{s.health.driftText}</p>
      <table className="hit-table">
        <thead>
          <tr>
            <th>{s.health.importedOn}</th>
            <th className="num">{s.health.cases}</th>
            <th className="num">{s.health.asked}</th>
            <th className="num">{s.health.p1}</th>
            <th>{s.health.interval}</th>
            <th className="num">{s.health.nearest}</th>
          </tr>
        </thead>
        <tbody>
          {drift.map((day) => (
            <tr key={day.importedOn}>
              <td>{date(day.importedOn)}</td>
              <td className="num">{count(day.cases)}</td>
              <td className="num">{count(day.n)}</td>
              <td className="num">{day.precision ? score(day.precision.value) : s.health.tooFew}</td>
              <td>
                {day.precision
                  ? s.evaluate.interval(score(day.precision.low), score(day.precision.high))
                  : ''}
              </td>
              <td className="num">{day.nearest === undefined ? '' : score(day.nearest)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function History({ history }: { history: Health['history'] }) {
  if (history.length === 0) return null
  return (
    <section className="col" aria-label={s.health.history}>
      <h3>
        {s.health.precision}, {s.health.history.toLowerCase()}
      </h3>
      <table className="hit-table">
        <thead>
          <tr>
            <th>{s.health.at}</th>
            <th className="num">{s.health.cases}</th>
            <th className="num">{s.health.p1}</th>
            <th>{s.health.interval}</th>
            <th>{s.health.model}</th>
          </tr>
        </thead>
        <tbody>
          {history
            .slice(-10)
            .reverse()
            .map((entry) => (
              <tr key={entry.at}>
                <td>{date(entry.at)}</td>
                <td className="num">{count(entry.cases)}</td>
                <td className="num">{score(entry.value)}</td>
                <td>{s.evaluate.interval(score(entry.low), score(entry.high))}</td>
                <td className="mono">{entry.model}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}

export function HealthDialog() {
  const health = useFreshHealth()
  return (
    <Dialog title={s.health.title} wide onClose={closeOverlay}>
      {!health || health.state === 'none' ? (
        <p>{health ? s.health.none : s.health.measuring}</p>
      ) : isUnmeasured(health) ? (
        <HealthState health={health} />
      ) : (
        <div className="col health-dialog">
          <HealthState health={health} />
          {health.remarks.length > 0 && (
            <section className="col" aria-label={s.health.notes}>
              <h3>{s.health.notes}</h3>
              {health.remarks.map((remark) => (
                <p key={remark}>{remark}</p>
              ))}
            </section>
          )}
          <LeftOut conflicts={health.conflicts} />
          <Precision health={health} />
          <Copies health={health} />
          <section className="col" aria-label={s.health.samePatient}>
            <h3>{s.health.samePatient}</h3>
            <p>
              {health.patients.known === 0
                ? s.health.noPatients
                : `${s.health.several(health.patients.withSeveral, health.patients.known)}. ${s.health.samePatientText(health.patients.samePatientFirst, health.patients.asked)}`}
            </p>
          </section>
          <Groups groups={health.groups} />
          <Drift drift={health.drift} />
          <History history={health.history} />
        </div>
      )}
    </Dialog>
  )
}
