import type { Contributions } from '@shared/domain/explanation.js'
import type { Hit } from '@shared/domain/search.js'
import type { Problem } from '@shared/errors.js'
import { SAME_MAP, verdictOf } from '@shared/fidelityWords.js'
import { Check, CircleHelp, Diff, Grid3x3, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { score } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Slider } from '../../ui/Controls.js'
import { Dialog } from '../../ui/Dialog.js'
import { Key } from '../../ui/Key.js'
import { findingsText } from '../../ui/Marks.js'
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

/** One of two cases in the legend of where they differ. */
export function Side({ kind, hit }: { kind: 'for' | 'against'; hit: Hit }) {
  return (
    <span className="row tight nowrap">
      <i className={`side-mark ${kind}`} aria-hidden="true" />
      {s.compare.side(hit.caseId, findingsText(hit.findings))}
    </span>
  )
}

export function ExplainBar({
  value,
  checking,
  problem,
  hit,
  opposite,
}: {
  value: Contributions | undefined
  checking: boolean
  problem: Problem | undefined
  /** The case beside the query, and one with another finding to set it against. */
  hit: Hit | undefined
  opposite: Hit | undefined
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
          {differ && hit && opposite ? (
            <span className="row wrap xs t2 legend-differ" title={s.compare.differHelp}>
              <span className="t3">{s.compare.speaksFor}</span>
              <Side kind="for" hit={hit} />
              <Side kind="against" hit={opposite} />
            </span>
          ) : (
            <span className="row xs t3 legend" aria-hidden="true">
              {s.compare.less} <span className="heat" /> {s.compare.more}
            </span>
          )}
          <span className="end row">
            {problem && <span className="badge wrong">{problem.message}</span>}
            <FidelityBadge fidelity={value?.fidelity} checking={checking} />
          </span>
        </>
      )}
    </div>
  )
}
