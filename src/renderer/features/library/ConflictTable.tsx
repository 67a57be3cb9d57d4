import type { LabelConflict } from '@shared/domain/library.js'
import { s } from '../../strings/strings.js'
import { FindingPill } from '../../ui/Marks.js'
import { startSearchOfCase } from '../search/searchRun.js'

type Props = {
  conflicts: readonly LabelConflict[]
  /** Before the case is opened as a query. */
  onOpen?: () => void
}

/** Files left out as copies, each with the case that holds the same pixels and what the two are labelled. */
export function ConflictTable({ conflicts, onOpen }: Props) {
  return (
    <table className="hit-table">
      <thead>
        <tr>
          <th>{s.library.leftOut}</th>
          <th>{s.library.itsLabel}</th>
          <th>{s.library.sameAs}</th>
          <th>{s.library.storedLabel}</th>
        </tr>
      </thead>
      <tbody>
        {conflicts.map(({ file, offered, caseId, stored }) => (
          <tr key={`${caseId} ${file} ${offered.join()}`}>
            <td className="mono">{file}</td>
            <td>
              <FindingPill findings={offered} />
            </td>
            <td>
              <button
                type="button"
                className="link mono"
                onClick={() => {
                  onOpen?.()
                  void startSearchOfCase(caseId)
                }}
              >
                {caseId}
              </button>
            </td>
            <td>
              <FindingPill findings={stored} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
