import type { Failure } from '@shared/domain/images.js'
import { withoutName } from '@shared/failureWords.js'
import { useState } from 'react'
import { useIdentity } from '../../app/identity.js'
import { s } from '../../strings/strings.js'

/** Of each reason, so many files are named before the rest are asked for. */
const SHOWN = 8

/** A sentence whose name was taken off. */
const goesOn = (reason: string): boolean => reason.charAt(0) !== reason.charAt(0).toUpperCase()

const byName = new Intl.Collator('en', { numeric: true })

type Reason = { reason: string; remedy: string; code: string; files: string[] }

/** Failures with the same reason together, the most frequent first. */
export function reasonsOf(failures: readonly Failure[]): Reason[] {
  const reasons = new Map<string, Reason>()
  for (const failure of failures) {
    const reason = withoutName(failure)
    const key = `${failure.code} ${reason}`
    const known = reasons.get(key)
    if (known) known.files.push(failure.file)
    else reasons.set(key, { reason, remedy: failure.remedy, code: failure.code, files: [failure.file] })
  }
  for (const { files } of reasons.values()) files.sort(byName.compare)
  return [...reasons.values()].sort((a, b) => b.files.length - a.files.length)
}

function OneReason({ reason, remedy, code, files }: Reason) {
  const [all, setAll] = useState(false)
  const shown = all ? files : files.slice(0, SHOWN)
  return (
    <li className="xs">
      <b>{files.length === 1 ? files[0] : s.search.failedFiles(files.length)}</b>{' '}
      {files.length > 1 && goesOn(reason) ? s.search.eachFile(reason) : reason} {remedy}{' '}
      <span className="mono t3">{code}</span>
      {files.length > 1 && (
        <ul className="failed-files mono t2">
          {shown.map((file, i) => (
            <li key={`${file} ${i}`}>{file}</li>
          ))}
        </ul>
      )}
      {files.length > SHOWN && (
        <button type="button" className="btn ghost" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? s.search.fewerFailures : s.search.moreFailures(files.length - SHOWN)}
        </button>
      )}
    </li>
  )
}

/** Files that could not be opened, by reason, each with what to do. */
export function FailureList({ failures }: { failures: readonly Failure[] }) {
  const identity = useIdentity()
  return (
    <ul className="col gap-top failure-list">
      {reasonsOf(failures.map((failure) => identity.failure(failure))).map((one) => (
        <OneReason key={`${one.code} ${one.reason}`} {...one} />
      ))}
    </ul>
  )
}
