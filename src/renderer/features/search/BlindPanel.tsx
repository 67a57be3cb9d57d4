/** Blind reading: an impression is noted before hits, evidence and findings of the library are shown. */
import { useState } from 'react'
import type { Reading } from '@shared/domain/measuring.js'
import { countsOf, evidenceWords, leaderOf, tiedOf, undecidedWords } from '@shared/evidenceWords.js'
import { useSession } from '../../app/session.js'
import { findingName } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Segment } from '../../ui/Controls.js'
import { FindingPill, toneOf } from '../../ui/Marks.js'
import { recordImpression, skipImpression } from './searchRun.js'
import type { Search } from './searchState.js'

const OTHER = ''
const isNormal = (finding: string): boolean => toneOf([finding]) === 'normal'

export function BlindPanel({ search }: { search: Search }) {
  const findings = useSession((session) => session.library?.findings)
  const known = Object.keys(findings ?? {})
  // "Nothing abnormal" can always be said, by the library's own word where it has one.
  const normal = known.find(isNormal) ?? 'NORMAL'
  const names = [normal, ...known.filter((name) => !isNormal(name))]
  const [finding, setFinding] = useState<string | undefined>(undefined)
  const [other, setOther] = useState('')
  const [confidence, setConfidence] = useState<Reading['confidence']>('likely')
  const [text, setText] = useState('')
  const impression = finding === OTHER ? other.trim().toUpperCase() : finding
  const ready = impression !== undefined && impression !== ''
  return (
    <form
      className="blind col"
      aria-label={s.blind.title}
      onSubmit={(event) => {
        event.preventDefault()
        if (ready)
          recordImpression(search.id, {
            impression,
            confidence,
            ...(text.trim() === '' ? {} : { text: text.trim() }),
          })
      }}
    >
      <h2 className="lg">{s.blind.title}</h2>
      <p>{s.blind.text}</p>
      <fieldset className="col">
        <legend>{s.blind.finding}</legend>
        <div className="row wrap">
          {[...names, OTHER].map((name) => (
            <label key={name} className={`chip ${finding === name ? 'on' : ''}`}>
              <input
                type="radio"
                name="impression"
                className="sr"
                checked={finding === name}
                onChange={() => setFinding(name)}
              />
              {name === OTHER ? s.blind.other : name === normal ? s.blind.normal : findingName(name)}
            </label>
          ))}
        </div>
        {finding === OTHER && (
          <input
            className="input"
            autoFocus
            aria-label={s.blind.otherName}
            placeholder={s.blind.otherName}
            maxLength={120}
            value={other}
            onChange={(event) => setOther(event.target.value)}
          />
        )}
      </fieldset>
      <div className="col">
        <span>{s.blind.sure}</span>
        <span>
          <Segment
            label={s.blind.sure}
            value={confidence}
            onChange={setConfidence}
            options={(['unsure', 'likely', 'certain'] as const).map(
              (id) => [id, s.blind.confidence[id]] as const,
            )}
          />
        </span>
      </div>
      <textarea
        className="input"
        rows={2}
        aria-label={s.blind.remark}
        placeholder={s.blind.remark}
        maxLength={500}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="row wrap">
        <button type="submit" className="btn primary" disabled={!ready}>
          {s.blind.record}
        </button>
        <button type="button" className="btn" onClick={() => skipImpression(search.id)}>
          {s.blind.skip}
        </button>
      </div>
    </form>
  )
}

/** The impression noted, and what the nearest cases carry, once they are there. */
export function Impression({ search }: { search: Search }) {
  const { impression, result } = search
  if (impression === undefined) return null
  const counts = result ? countsOf(result) : []
  const tied = tiedOf(counts)
  const majority = leaderOf(counts)
  const line =
    impression === 'skipped' ? undefined : counts.find(({ finding }) => finding === impression.impression)
  return (
    <div className="sect col">
      <div className="row">
        <h3>{s.blind.yours}</h3>
        <span className="end t3 xs">{s.blind.before}</span>
      </div>
      {impression === 'skipped' ? (
        <p className="xs">{s.blind.skipped}</p>
      ) : (
        <>
          <div className="row wrap">
            <FindingPill findings={[impression.impression]} />
            <span className="t2 xs">
              {s.blind.confidence[impression.confidence]}
              {impression.text === undefined ? '' : ` · ${impression.text}`}
            </span>
          </div>
          {result && (
            <p className="xs" role="status">
              {result.query.measuring === true
                ? evidenceWords(result).headline
                : majority === undefined
                  ? tied.length > 0
                    ? `${undecidedWords(tied)}.`
                    : s.blind.noEvidence
                  : majority.finding === impression.impression
                    ? s.blind.agree(line?.count ?? 0, majority.of)
                    : s.blind.disagree(line?.count ?? 0, majority.of, majority.finding)}{' '}
              {s.blind.noVerdict}
            </p>
          )}
        </>
      )}
    </div>
  )
}
