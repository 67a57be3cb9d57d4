/** The library's health in short, beside its cases; everything else is one press away. */
import { Check, HeartPulse, TriangleAlert } from 'lucide-react'
import type { Health } from '@shared/domain/measuring.js'
import { openOverlay } from '../../app/overlays.js'
import { count, score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { useFreshHealth } from './healthStore.js'

function Line({ name, value, note, warn }: { name: string; value: string; note?: string; warn?: boolean }) {
  return (
    <div className="col health-line">
      <span className="row">
        <span className="t2">{name}</span>
        {warn !== undefined && (
          <span className={`end badge ${warn ? 'warn' : ''}`}>
            {warn ? <TriangleAlert aria-hidden="true" /> : <Check aria-hidden="true" />}
            {value}
          </span>
        )}
        {warn === undefined && <b className="end">{value}</b>}
      </span>
      {note !== undefined && <span className="t3 xs">{note}</span>}
    </div>
  )
}

/** Nothing is known yet, as opposed to known to be nothing. */
export const isUnmeasured = ({ state, cases }: Health): boolean => state === 'measuring' && cases === 0

export function HealthState({ health }: { health: Health }) {
  const { state, done, total } = health
  return (
    <span className="t3 xs" role="status">
      {state === 'measuring'
        ? total === undefined
          ? s.health.measuring
          : s.health.progress(done ?? 0, total)
        : s.health.ready}
    </span>
  )
}

export function HealthPanel() {
  const health = useFreshHealth()
  if (!health || health.state === 'none') return null
  const { precision, copies, patients, conflicts } = health
  const at1 = precision?.at['1']
  const head = (
    <div className="row">
      <h3>{s.health.title}</h3>
      <span className="end">
        <HealthState health={health} />
      </span>
    </div>
  )
  if (isUnmeasured(health))
    return (
      <section className="sect col" aria-label={s.health.title}>
        {head}
      </section>
    )
  return (
    <section className="sect col" aria-label={s.health.title}>
      {head}
      <Line
        name={s.health.precision}
        value={at1 ? score(at1.value) : '–'}
        note={at1 ? s.health.base(precision?.n ?? 0, score(at1.low), score(at1.high)) : s.health.noPrecision}
      />
      <Line
        name={s.health.copies}
        value={copies.pairs === 0 ? s.health.noCopies : s.health.pairs(copies.pairs)}
        warn={copies.contradict > 0}
        {...(copies.contradict > 0 ? { note: s.health.contradict(copies.contradict) } : {})}
      />
      {conflicts.total > 0 && (
        <Line name={s.health.leftOutName} value={count(conflicts.total)} note={s.health.leftOutNote} warn />
      )}
      <Line
        name={s.health.samePatient}
        value={count(patients.samePatientFirst)}
        note={
          patients.known === 0 ? s.health.noPatients : s.health.several(patients.withSeveral, patients.known)
        }
      />
      {health.taught > 0 && (
        <Line
          name={s.health.taught}
          value={count(health.taught)}
          note={s.health.taughtText(health.taught, health.asked)}
        />
      )}
      <button type="button" className="btn self" onClick={() => openOverlay('health')}>
        <HeartPulse aria-hidden="true" />
        {s.health.details}
      </button>
    </section>
  )
}
