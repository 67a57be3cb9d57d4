import { useState } from 'react'
import type { LibraryInfo } from '@shared/domain/library.js'
import type { Problem } from '@shared/errors.js'
import { call } from '../../host/client.js'
import { bytes, count, indexName, percent } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { FindingPill, toneOf } from '../../ui/Marks.js'
import { ProblemMessage } from '../../ui/Message.js'
import { toast } from '../../app/toasts.js'
import { HealthPanel } from './HealthPanel.js'

type Checked = { ok: boolean; lines: string[] }

/** What is known of the library for certain: counts, index, folder, and a check on demand. */
export function LibraryFacts({ library }: { library: LibraryInfo }) {
  const [busy, setBusy] = useState(false)
  const [checked, setChecked] = useState<Checked | undefined>(undefined)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const most = Math.max(1, ...Object.values(library.findings))
  const unlabelled = Math.max(0, library.cases - library.labelled)
  const check = async () => {
    setBusy(true)
    const answer = await call('library.check', {})
    setBusy(false)
    setProblem(answer.ok ? undefined : answer.problem)
    if (answer.ok)
      setChecked({
        ok: answer.value.ok,
        lines: [
          ...answer.value.problems.map((entry) => entry.message),
          ...answer.value.repaired.map((text) => `${s.library.repaired} ${text}`),
        ],
      })
  }
  const rebuild = async () => {
    setBusy(true)
    const answer = await call('library.rebuild', {})
    setBusy(false)
    setProblem(answer.ok ? undefined : answer.problem)
    if (answer.ok) toast(s.library.rebuilt)
  }
  return (
    <aside className="panel r facts-panel" aria-label={s.library.health}>
      <div className="case-head">
        <h2>{s.library.health}</h2>
      </div>
      <HealthPanel />
      <div className="sect col">
        <h3>{s.library.findings}</h3>
        {Object.entries(library.findings).map(([finding, n]) => (
          <div className="row xs" key={finding}>
            <span className="fact-name">
              <FindingPill findings={[finding]} />
            </span>
            <span className="bar grow">
              <i className={`fill-${toneOf([finding])}`} style={{ width: `${(n / most) * 100}%` }} />
            </span>
            <span className="num fact-n t2">{count(n)}</span>
          </div>
        ))}
        {unlabelled > 0 && (
          <div className="row">
            <span className="t2">{s.library.unlabelled}</span>
            <span className="end t2">
              {count(unlabelled)}{' '}
              <span className="t3 xs">
                {s.library.ofCases(percent(unlabelled / Math.max(1, library.cases)))}
              </span>
            </span>
          </div>
        )}
      </div>
      {Object.keys(library.sources).length > 0 && (
        <div className="sect col">
          <h3>{s.library.sources}</h3>
          <dl className="kv xs">
            {Object.entries(library.sources)
              .slice(0, 12)
              .map(([source, n]) => (
                <div key={source} className="kv-row">
                  <dt>{source}</dt>
                  <dd>{count(n)}</dd>
                </div>
              ))}
          </dl>
        </div>
      )}
      <div className="sect col">
        <h3>{s.library.index}</h3>
        <p className="xs">{s.library.vectors(library.indexVectors, indexName(library.indexKind))}</p>
        <p className="xs">
          {s.library.place}: <span className="mono folder">{library.path}</span> · {bytes(library.bytes)}
        </p>
        <div className="row wrap">
          <button type="button" className="btn" disabled={busy} onClick={() => void check()}>
            {busy && <span className="spin" aria-hidden="true" />}
            {s.library.check}
          </button>
          <button
            type="button"
            className="btn ghost"
            disabled={busy || library.readOnly}
            onClick={() => void rebuild()}
          >
            {s.library.rebuild}
          </button>
        </div>
        {checked && (
          <p role="status" className="xs">
            {checked.ok && checked.lines.length === 0 ? s.library.checkOk : checked.lines.join(' ')}
          </p>
        )}
        {problem && <ProblemMessage problem={problem} />}
      </div>
    </aside>
  )
}
