import type { Contributions } from '@shared/domain/explanation.js'
import type { Problem } from '@shared/errors.js'
import { SAME_MAP, verdictOf } from '@shared/fidelityWords.js'
import { Check, CircleHelp, Diff, Grid3x3, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Slider } from '../../ui/Controls.js'
import { Dialog } from '../../ui/Dialog.js'
import { Key } from '../../ui/Key.js'
import { useCompare } from './compareStore.js'

type Fidelity = NonNullable<Contributions['fidelity']>

export function FidelityBadge({ fidelity, checking }: { fidelity: Fidelity | undefined; checking: boolean }) {
  const [help, setHelp] = useState(false)
  if (!fidelity) return checking ? <span className="badge">{s.compare.checkRunning}</span> : null
  const { passes, text } = verdictOf(fidelity)
  const { deletion, insertion, random, weights } = fidelity
  return (
    <>
      <span className={`badge ${passes ? 'right' : 'warn'}`}>
        {passes ? <Check aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
        {text}
      </span>
      <button
        type="button"
        className="btn ghost icon"
        aria-label={s.compare.checkHow}
        title={s.compare.checkHow}
        onClick={() => setHelp(true)}
      >
        <CircleHelp aria-hidden="true" />
      </button>
      {help && (
        <Dialog title={s.compare.checkHow} onClose={() => setHelp(false)}>
          <p>{s.compare.checkText(score(deletion), score(insertion), score(random))}</p>
          <p>
            {weights === undefined
              ? s.compare.checkWeightsNone
              : s.compare.checkWeights(score(weights), weights < SAME_MAP)}
          </p>
        </Dialog>
      )}
    </>
  )
}

export function ExplainBar({
  value,
  checking,
  problem,
  opposite,
}: {
  value: Contributions | undefined
  checking: boolean
  problem: Problem | undefined
  /** There is a case with the opposite finding to set it against. */
  opposite: boolean
}) {
  const { explain, differ, opacity, top } = useCompare()
  return (
    <div className="explain-bar">
      <button
        type="button"
        className="btn"
        aria-pressed={explain}
        onClick={() => useCompare.setState({ explain: !explain })}
      >
        <Grid3x3 aria-hidden="true" />
        {s.compare.what}
        <Key keys="E" />
      </button>
      {explain && (
        <>
          {opposite && (
            <button
              type="button"
              className="btn"
              aria-pressed={differ}
              title={s.compare.differHelp}
              onClick={() => useCompare.setState({ differ: !differ })}
            >
              <Diff aria-hidden="true" />
              {s.compare.differ}
              <Key keys="N" />
            </button>
          )}
          <span className="row slide">
            <span className="t3 xs">{s.compare.opacity}</span>
            <Slider
              label={s.compare.opacity}
              min={0.1}
              max={1}
              step={0.05}
              value={opacity}
              onChange={(next) => useCompare.setState({ opacity: next })}
            />
          </span>
          <span className="row slide">
            <span className="t3 xs nowrap">{s.compare.showTop}</span>
            <Slider
              label={s.compare.showTop}
              min={0.02}
              max={1}
              step={0.02}
              value={top}
              onChange={(next) => useCompare.setState({ top: next })}
            />
          </span>
          <span className="row xs t3 legend" aria-hidden="true">
            {differ && opposite ? s.compare.forOpposite : s.compare.less}{' '}
            <span className={differ && opposite ? 'heat signed' : 'heat'} />{' '}
            {differ && opposite ? s.compare.forCase : s.compare.more}
          </span>
          <span className="end row">
            {problem && <span className="badge wrong">{problem.message}</span>}
            <FidelityBadge fidelity={value?.fidelity} checking={checking} />
          </span>
        </>
      )}
    </div>
  )
}
