import type { Failure } from '@shared/domain/images.js'
import { s } from '../../strings/strings.js'

const SHOWN = 20

/** Sentences that begin with the file's name need no second one. */
const withoutName = ({ file, message }: Failure): string =>
  message.startsWith(file) ? message.slice(file.length) : message

/** Files that could not be opened, each with its reason and what to do. */
export function FailureList({ failures }: { failures: readonly Failure[] }) {
  return (
    <ul className="col gap-top">
      {failures.slice(0, SHOWN).map((failure) => (
        <li key={failure.file} className="xs">
          <b>{failure.file}</b>
          {failure.message.startsWith(failure.file) ? '' : ' '}
          {withoutName(failure)} {failure.remedy} <span className="mono t3">{failure.code}</span>
        </li>
      ))}
      {failures.length > SHOWN && <li className="xs t3">{s.search.moreFailures(failures.length - SHOWN)}</li>}
    </ul>
  )
}
