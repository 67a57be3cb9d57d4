import type { Contributions } from '@shared/domain.js'
import type { Problem } from '@shared/errors.js'
import { Check, CircleHelp, Grid3x3, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Slider } from '../../ui/Controls.js'
import { Dialog } from '../../ui/Dialog.js'
import { Key } from '../../ui/Key.js'
import { useCompare } from './compareStore.js'

/** Does covering the shown places lower the score more than covering any? */
export const checkPasses = (fidelity: NonNullable<Contributions['fidelity']>): boolean =>
  fidelity.deletion < fidelity.random && fidelity.insertion > fidelity.random

export function ExplainBar({
  value,
  checking,
  problem,
}: {
  value: Contributions | undefined
  checking: boolean
  problem: Problem | undefined
}) {
  const { explain, opacity, top } = useCompare()
  const [help, setHelp] = useState(false)
  const fidelity = value?.fidelity
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
            {s.compare.less} <span className="heat" /> {s.compare.more}
          </span>
          <span className="end row">
            {problem && <span className="badge wrong">{problem.message}</span>}
            {checking && <span className="badge">{s.compare.checkRunning}</span>}
            {fidelity && (
              <span className={`badge ${checkPasses(fidelity) ? 'right' : 'warn'}`}>
                {checkPasses(fidelity) ? <Check aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
                {checkPasses(fidelity) ? s.compare.checkPassed : s.compare.checkFailed}
              </span>
            )}
            {fidelity && (
              <button
                type="button"
                className="btn ghost icon"
                aria-label={s.compare.checkHow}
                title={s.compare.checkHow}
                onClick={() => setHelp(true)}
              >
                <CircleHelp aria-hidden="true" />
              </button>
            )}
          </span>
        </>
      )}
      {help && fidelity && (
        <Dialog title={s.compare.checkHow} onClose={() => setHelp(false)}>
          <p>
            {s.compare.checkText(score(fidelity.deletion), score(fidelity.insertion), score(fidelity.random))}
          </p>
        </Dialog>
      )}
    </div>
  )
}
