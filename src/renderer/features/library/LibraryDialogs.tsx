import { useState } from 'react'
import { closeOverlay, useOverlay } from '../../app/overlays.js'
import { findingsIn } from '@shared/findingList.js'
import { s } from '../../strings/strings.js'
import { Dialog } from '../../ui/Dialog.js'
import { deleteCases, rowOf, setFindings, useTable } from './libraryStore.js'

function Delete({ caseIds }: { caseIds: string[] }) {
  return (
    <Dialog
      title={s.library.deleteAsk(caseIds.length)}
      onClose={closeOverlay}
      actions={
        <>
          <button
            type="button"
            className="btn danger"
            onClick={() => {
              closeOverlay()
              void deleteCases(caseIds)
            }}
          >
            {s.library.deleteYes(caseIds.length)}
          </button>
          <button type="button" className="btn end" data-autofocus onClick={closeOverlay}>
            {s.shell.cancel}
          </button>
        </>
      }
    >
      <p>{s.library.deleteBody}</p>
    </Dialog>
  )
}

function Findings({ caseId }: { caseId: string }) {
  const row = rowOf(caseId)
  const [text, setText] = useState((row?.findings ?? []).join('\n'))
  const save = () => {
    closeOverlay()
    void setFindings(caseId, findingsIn(text), row?.findings)
  }
  return (
    <Dialog
      title={s.library.findingsTitle(row?.number ?? caseId)}
      onClose={closeOverlay}
      actions={
        <>
          <button type="button" className="btn primary" onClick={save}>
            {s.library.save}
          </button>
          <button type="button" className="btn ghost end" onClick={closeOverlay}>
            {s.shell.cancel}
          </button>
        </>
      }
    >
      <p>{s.library.findingsHelp}</p>
      <textarea
        className="input"
        rows={4}
        data-autofocus
        aria-label={s.library.editFindings}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </Dialog>
  )
}

export function LibraryDialogs() {
  const open = useOverlay((state) => state.open)
  const selected = [...useTable((table) => table.selected)]
  const [first] = selected
  if (open === 'deleteCases' && selected.length > 0) return <Delete caseIds={selected} />
  if (open === 'findings' && first !== undefined) return <Findings caseId={first} />
  return null
}
