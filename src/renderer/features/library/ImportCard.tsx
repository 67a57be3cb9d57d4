import { TriangleAlert } from 'lucide-react'
import type { Failure } from '@shared/domain/images.js'
import type { LabelConflict } from '@shared/domain/library.js'
import { LABEL_PROBLEMS } from '@shared/errors.js'
import { useState } from 'react'
import { useIdentity } from '../../app/identity.js'
import { READING } from '../../host/sending.js'
import { count, duration } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Message, ProblemMessage } from '../../ui/Message.js'
import { FailureList } from '../search/FailureList.js'
import { ConflictTable } from './ConflictTable.js'
import { cancelImport, dismissImport, useImport } from './importStore.js'

const SHOWN_CONFLICTS = 8
/** So many failures stand open by themselves. */
const SHOWN_FAILURES = 8

/** Copies left out that came with other findings: file, case, and both labels. */
function Conflicts({ conflicts }: { conflicts: readonly LabelConflict[] }) {
  const [all, setAll] = useState(false)
  const shown = all ? conflicts : conflicts.slice(0, SHOWN_CONFLICTS)
  return (
    <div className="col conflicts">
      <Message kind="warn" head={s.library.conflictsHead(conflicts.length)}>
        {s.library.conflictsText}
      </Message>
      <ConflictTable conflicts={shown} />
      {conflicts.length > SHOWN_CONFLICTS && (
        <button type="button" className="btn ghost self" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? s.library.showFewer : s.library.showAll(conflicts.length)}
        </button>
      )}
    </div>
  )
}

/** Files that were not read, or what is wrong with labels, each with its reason and what to do. */
function FailureItems({ heading, failures }: { heading: string; failures: readonly Failure[] }) {
  if (failures.length === 0) return null
  return (
    <section className="col" aria-label={heading}>
      <h3>{heading}</h3>
      <div className="failures">
        <FailureList failures={failures} />
      </div>
    </section>
  )
}

/** A count with the sign of a warning. */
function Warned({ text }: { text: string }) {
  return (
    <span className="badge warn">
      <TriangleAlert aria-hidden="true" />
      {text}
    </span>
  )
}

/** An import as a card: rate, time left, what could not be read and why. It stays until put away. */
export function ImportCard() {
  const { running, download, progress, result, problem, startedAt } = useImport()
  const [chosen, setChosen] = useState<{ of: number; open: boolean } | undefined>(undefined)
  const identity = useIdentity()
  if (!running && !result && !problem) return null
  const failures = result?.failures ?? progress?.failures ?? []
  // Images whose labels are at fault were read all the same.
  const ofLabels = failures.filter(({ code }) => LABEL_PROBLEMS.has(code))
  const unread = failures.filter(({ code }) => !LABEL_PROBLEMS.has(code))
  // Where nothing came in the reasons are what one looks for.
  const bare = result?.imported === 0 && result.duplicates === 0 && failures.length <= SHOWN_FAILURES
  const all = chosen?.of === startedAt ? chosen.open : bare
  const done = progress?.done ?? 0
  const total = progress?.total
  const share = result ? 1 : total ? done / total : 0
  const left = progress?.rate && total ? (total - done) / progress.rate : undefined
  const duplicates = result?.duplicates ?? progress?.duplicates ?? 0
  const conflicts = result?.conflicts ?? []
  const fresh = result?.imported ?? progress?.imported ?? 0
  return (
    <section className="card import-card" aria-label={s.library.importing}>
      {problem && (
        <ProblemMessage
          problem={problem}
          actions={
            <button type="button" className="btn" onClick={dismissImport}>
              {s.library.dismiss}
            </button>
          }
        />
      )}
      {!problem && (
        <>
          <div className="row wrap" role="status">
            {running && <span className="spin" aria-hidden="true" />}
            <b>
              {result
                ? result.cancelled
                  ? s.library.doneCancelled(result.imported)
                  : s.library.done(result.imported)
                : download
                  ? s.library.downloading
                  : progress?.phase === READING
                    ? s.library.reading
                    : s.library.importing}
            </b>
            {running && (
              <span className="t2">{total ? s.library.progress(done, total) : s.library.counting}</span>
            )}
            {running && progress?.rate !== undefined && (
              <span className="t3">
                {s.library.rate(Math.round(progress.rate))}
                {left !== undefined ? ` · ${s.library.left(duration(left))}` : ''}
              </span>
            )}
            <span className="end row">
              {unread.length > 0 && <Warned text={s.library.notRead(unread.length)} />}
              {ofLabels.length > 0 && <Warned text={s.library.labelProblems(ofLabels.length)} />}
              <button type="button" className="btn" onClick={running ? cancelImport : dismissImport}>
                {running ? s.shell.cancel : s.library.dismiss}
              </button>
            </span>
          </div>
          <div
            className="bar"
            role="progressbar"
            aria-label={s.library.importing}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(share * 100)}
          >
            <i style={{ width: `${share * 100}%` }} />
          </div>
          <div className="row wrap xs t2 import-facts">
            <span>{s.library.fresh(fresh)}</span>
            {duplicates > 0 && <span>{s.library.duplicates(duplicates)}</span>}
            {progress?.item !== undefined && running && (
              <span className="mono clip">{identity.file(progress.item)}</span>
            )}
            {failures.length > 0 && (
              <button
                type="button"
                className="btn ghost end"
                aria-expanded={all}
                onClick={() => setChosen({ of: startedAt, open: !all })}
              >
                {all ? s.library.hide : s.library.showAll(failures.length)}
              </button>
            )}
          </div>
          {all && (
            <>
              <FailureItems heading={s.library.notRead(unread.length)} failures={unread} />
              <FailureItems heading={s.library.labelProblems(ofLabels.length)} failures={ofLabels} />
            </>
          )}
          {conflicts.length > 0 && <Conflicts conflicts={conflicts} />}
          {result && result.imported === 0 && result.duplicates === 0 && failures.length === 0 && (
            <Message kind="info" head={s.messages.notAnImage} />
          )}
          {result && (
            <span className="xs t3">{count(result.seconds < 1 ? 1 : Math.round(result.seconds))} s</span>
          )}
        </>
      )}
    </section>
  )
}
