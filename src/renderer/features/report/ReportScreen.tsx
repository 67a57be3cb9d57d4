/** The report: choices left, what the PDF will hold right; then the PDF itself is saved. */
import type { Output } from '@shared/contract.js'
import type { Problem } from '@shared/errors.js'
import { Check, Download, FileText } from 'lucide-react'
import { useEffect, useState } from 'react'
import { go } from '../../app/nav.js'
import { setPref, usePrefs } from '../../app/prefs.js'
import { toast } from '../../app/toasts.js'
import { call, host } from '../../host/client.js'
import { bytes } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Segment } from '../../ui/Controls.js'
import { ProblemMessage } from '../../ui/Message.js'
import { useCompare } from '../compare/compareStore.js'
import { queryImage, selectedHit, useSearches, type Search } from '../search/searchState.js'
import { ReportSheet, type ReportChoices } from './ReportSheet.js'
import { Rerun } from './Rerun.js'
import './report.css'

type Made = Output<'report.create'>

async function make(search: Search, choices: ReportChoices, dicom: boolean) {
  const { institution, reviewer } = usePrefs.getState()
  const { pickedNotes } = useCompare.getState()
  const hit = selectedHit(search)
  return call('report.create', {
    queryId: search.queryId ?? '',
    k: choices.k,
    paper: choices.paper,
    deidentify: choices.deidentify,
    filters: search.question.filters,
    noteIds: pickedNotes,
    ...(hit ? { explainCaseId: hit.caseId } : {}),
    ...(institution === '' ? {} : { institution }),
    ...(reviewer === '' ? {} : { reviewer }),
    ...(choices.comment === '' ? {} : { comment: choices.comment }),
    check: true,
    ...(dicom ? { dicom } : {}),
  })
}

export function ReportScreen({ searchId }: { searchId: string | undefined }) {
  const search = useSearches((state) => (searchId === undefined ? undefined : state.searches[searchId]))
  const { institution, reviewer } = usePrefs()
  const picked = useCompare((compare) => compare.pickedNotes)
  const [choices, setChoices] = useState<ReportChoices>({ k: 5, paper: 'A4', deidentify: false, comment: '' })
  const [busy, setBusy] = useState(false)
  const [made, setMade] = useState<Made | undefined>(undefined)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  useEffect(() => setMade(undefined), [choices, picked, institution, reviewer])
  const image = queryImage(search)
  if (!search?.result || !image) {
    return (
      <div className="empty">
        <FileText aria-hidden="true" />
        <h2>{s.report.nothing}</h2>
        <p>{s.report.nothingText}</p>
        <button type="button" className="btn primary" onClick={() => go('search')}>
          {s.compare.toSearch}
        </button>
      </div>
    )
  }
  const change = (part: Partial<ReportChoices>) => setChoices({ ...choices, ...part })
  const save = async (dicom: boolean) => {
    setBusy(true)
    setProblem(undefined)
    const answer = await make(search, choices, dicom)
    setBusy(false)
    if (!answer.ok) {
      setProblem(answer.problem)
      return
    }
    setMade(undefined)
    const data = dicom ? answer.value.dicom : answer.value.pdf
    if (!data) return
    const saved = await host().saveAs(
      dicom ? 'hilum-report.dcm' : 'hilum-report.pdf',
      data,
      dicom ? 'application/dicom' : 'application/pdf',
    )
    if (saved?.ok) {
      setMade(answer.value)
      toast(s.report.saved(saved.value))
    } else if (saved) setProblem(saved.problem)
  }
  return (
    <div className="report">
      <aside className="panel" aria-label={s.report.contents}>
        <div className="case-head">
          <h1>{s.report.title}</h1>
        </div>
        <div className="sect col">
          <label className="row">
            <span className="t2">{s.report.cases}</span>
            <select
              className="input end"
              value={choices.k}
              onChange={(event) => change({ k: Number(event.target.value) })}
            >
              {[3, 5, 10].map((k) => (
                <option key={k}>{k}</option>
              ))}
            </select>
          </label>
          <div className="row">
            <span className="t2">{s.report.notes}</span>
            <span className="end t2">{picked.length === 0 ? '' : s.report.noteCount(picked.length)}</span>
            {picked.length > 0 && (
              <button
                type="button"
                className="btn ghost"
                onClick={() => useCompare.setState({ pickedNotes: [] })}
              >
                {s.report.clearNotes}
              </button>
            )}
          </div>
          {picked.length === 0 && <p className="xs">{s.report.noNotes}</p>}
        </div>
        <div className="sect col">
          <label className="col">
            <h3>{s.report.comment}</h3>
            <textarea
              className="input"
              rows={4}
              maxLength={4000}
              placeholder={s.report.commentPlaceholder}
              value={choices.comment}
              onChange={(event) => change({ comment: event.target.value })}
            />
          </label>
          <label className="col">
            <span className="t2">{s.report.institution}</span>
            <span className="input">
              <input
                type="text"
                maxLength={200}
                value={institution}
                onChange={(event) => setPref('institution', event.target.value)}
              />
            </span>
          </label>
          <label className="col">
            <span className="t2">{s.report.reviewer}</span>
            <span className="input">
              <input
                type="text"
                maxLength={200}
                value={reviewer}
                onChange={(event) => setPref('reviewer', event.target.value)}
              />
            </span>
          </label>
        </div>
        <div className="sect col">
          <h3>{s.report.identity}</h3>
          <Segment
            label={s.report.identity}
            value={choices.deidentify ? 'remove' : 'keep'}
            onChange={(value) => change({ deidentify: value === 'remove' })}
            options={[
              ['keep', s.report.keep],
              ['remove', s.report.remove],
            ]}
          />
          <p className="xs">
            {s.report.others} {s.report.burned}
          </p>
          <div className="row">
            <span className="t2">{s.report.paper}</span>
            <span className="end">
              <Segment
                label={s.report.paper}
                value={choices.paper}
                onChange={(paper) => change({ paper })}
                options={[
                  ['A4', 'A4'],
                  ['Letter', 'Letter'],
                ]}
              />
            </span>
          </div>
        </div>
        <div className="sect col">
          <button type="button" className="btn lg primary" disabled={busy} onClick={() => void save(false)}>
            {busy ? <span className="spin" aria-hidden="true" /> : <Download aria-hidden="true" />}
            {busy ? s.report.making : s.report.save}
          </button>
          <button type="button" className="btn" disabled={busy} onClick={() => void save(true)}>
            {s.report.dicom}
          </button>
          {made && (
            <p className="xs" role="status">
              {s.report.pages(made.pages, bytes(made.pdf.byteLength))}
            </p>
          )}
          {problem && <ProblemMessage problem={problem} />}
          <span className="badge info self">
            <Check aria-hidden="true" />
            {s.report.archive}
          </span>
        </div>
        <Rerun />
      </aside>
      <ReportSheet search={search} choices={choices} />
    </div>
  )
}
