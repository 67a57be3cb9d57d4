/** The library's audit log: who opened, searched, exported and deleted what, and whether anybody changed the log. */
import type { Output } from '@shared/contract.js'
import type { Problem } from '@shared/errors.js'
import { Check, Download, X } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { useSession } from '../../app/session.js'
import { toast } from '../../app/toasts.js'
import { call, host } from '../../host/client.js'
import { s } from '../../strings/strings.js'
import { ProblemMessage } from '../../ui/Message.js'
import { auditCsv } from './auditCsv.js'
import { detailInWords } from './auditDetail.js'

const PAGE = 50
/** The most that one export holds; a log reaches it after years. */
const ALL = 100_000

type Page = Output<'audit.list'>

async function exportAll(onProblem: (problem: Problem) => void): Promise<void> {
  const answer = await call('audit.list', { offset: 0, limit: ALL })
  if (!answer.ok) return onProblem(answer.problem)
  const bytes = new TextEncoder().encode(auditCsv(answer.value.entries))
  const saved = await host().saveAs('audit-log.csv', bytes, 'text/csv')
  if (saved === undefined) return
  if (saved.ok) toast(s.audit.exported)
  else onProblem(saved.problem)
}

function Chain({ page }: { page: Page }) {
  const intact = page.firstBroken === undefined
  return (
    <p role="status" className="row">
      <span className={`badge ${intact ? 'right' : 'wrong'}`}>
        {intact ? <Check aria-hidden="true" /> : <X aria-hidden="true" />}
        {page.firstBroken === undefined ? s.audit.intact : s.audit.broken(page.firstBroken)}
      </span>
      <span className="t2 xs">{s.audit.entries(page.total)}</span>
    </p>
  )
}

export function AuditSection() {
  const library = useSession((session) => session.library)
  const [from, setFrom] = useState(0)
  const [page, setPage] = useState<Page | undefined>(undefined)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const path = library?.path
  const load = useCallback(async () => {
    if (path === undefined) return
    const answer = await call('audit.list', { offset: from, limit: PAGE })
    setProblem(answer.ok ? undefined : answer.problem)
    if (answer.ok) setPage(answer.value)
  }, [from, path])
  useEffect(() => void load(), [load])
  if (!library) return <p>{s.audit.noLibrary}</p>
  return (
    <>
      <div className="row wrap">
        <h2>{s.audit.title}</h2>
        <button type="button" className="btn end" onClick={() => void exportAll(setProblem)}>
          <Download aria-hidden="true" /> {s.audit.export}
        </button>
      </div>
      <p className="xs">{s.audit.what}</p>
      {library.readOnly && <p className="xs">{s.audit.readOnly}</p>}
      {problem && <ProblemMessage problem={problem} />}
      {!page && !problem && <span className="spin" role="status" aria-label={s.settings.measuring} />}
      {page && (
        <>
          <Chain page={page} />
          <div className="audit-scroll" role="region" aria-label={s.audit.title} tabIndex={0}>
            <table className="hit-table audit">
              <thead>
                <tr>
                  {s.audit.columns.map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {page.entries.map((entry) => (
                  <tr key={entry.entry}>
                    <td className="mono">{entry.entry}</td>
                    <td>{new Date(entry.at).toLocaleString()}</td>
                    <td>{entry.actor}</td>
                    <td>{s.audit.actions[entry.action] ?? entry.action}</td>
                    <td className="mono clip" title={`${entry.subject} ${entry.detail}`}>
                      {entry.subject} {detailInWords(entry.detail)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <div className="row">
            <button
              type="button"
              className="btn"
              disabled={from === 0}
              onClick={() => setFrom(Math.max(0, from - PAGE))}
            >
              {s.audit.newer}
            </button>
            <button
              type="button"
              className="btn"
              disabled={from + PAGE >= page.total}
              onClick={() => setFrom(from + PAGE)}
            >
              {s.audit.older}
            </button>
          </div>
        </>
      )}
    </>
  )
}
