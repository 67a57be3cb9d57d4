/** Backing up and restoring, where the host has files of its own: in Electron. */
import { ArchiveRestore, HardDriveDownload } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { grantedPath } from '@shared/bridge.js'
import type { LibraryInfo, Progress } from '@shared/domain/library.js'
import type { Problem } from '@shared/errors.js'
import { closeOverlay, openOverlay, useOverlay } from '../../app/overlays.js'
import { toast } from '../../app/toasts.js'
import { call, host } from '../../host/client.js'
import { bytes, percent } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Dialog } from '../../ui/Dialog.js'
import { reloadTable } from './libraryStore.js'

type Props = { library: LibraryInfo; onProblem: (problem: Problem | undefined) => void }
type Busy = { what: string; progress?: Progress }

const share = ({ progress }: Busy): string =>
  progress?.total === undefined || progress.total === 0 ? '' : ` ${percent(progress.done / progress.total)}`

export function BackupButtons({ library, onProblem }: Props) {
  const [busy, setBusy] = useState<Busy | undefined>(undefined)
  const asked = useOverlay((overlay) => overlay.open === 'restore')
  const stop = useRef<AbortController | undefined>(undefined)
  // Leaving the screen does not stop it; what is shown of it ends.
  const shown = useRef(true)
  useEffect(() => {
    shown.current = true
    return () => void (shown.current = false)
  }, [])
  const run = async <T,>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    stop.current = new AbortController()
    onProblem(undefined)
    setBusy({ what })
    try {
      return await work(stop.current.signal)
    } finally {
      if (shown.current) setBusy(undefined)
    }
  }
  const onProgress = (what: string) => (progress: Progress) => shown.current && setBusy({ what, progress })
  const failed = (problem: Problem) => problem.code !== 'CANCELLED' && onProblem(problem)

  const backUp = async () => {
    const path = await host().saveTarget(`hilum-${new Date().toISOString().slice(0, 10)}.tar`)
    if (path === undefined) return
    const what = s.library.backingUp
    const answer = await run(what, (signal) =>
      call('library.backup', { path }, { signal, onProgress: onProgress(what) }),
    )
    if (answer.ok) toast(s.library.backupDone(bytes(answer.value.bytes)))
    else failed(answer.problem)
  }
  const restore = async () => {
    closeOverlay()
    const [source] = (await host().pickFiles()) ?? []
    if (source?.kind !== 'granted') return
    const what = s.library.restoring
    const answer = await run(what, (signal) =>
      call('library.restore', { path: grantedPath(source.token) }, { signal, onProgress: onProgress(what) }),
    )
    reloadTable()
    if (answer.ok) toast(s.library.restoreDone(answer.value.images))
    else failed(answer.problem)
  }
  if (busy)
    return (
      <>
        <span className="t2 xs num" role="status">
          {busy.what}
          {share(busy)}
        </span>
        <button type="button" className="btn" onClick={() => stop.current?.abort()}>
          {s.shell.cancel}
        </button>
      </>
    )
  return (
    <>
      <button type="button" className="btn" onClick={() => void backUp()}>
        <HardDriveDownload aria-hidden="true" />
        {s.library.backup}
      </button>
      <button
        type="button"
        className="btn icon"
        aria-label={s.library.restore}
        title={s.library.restore}
        disabled={library.readOnly}
        onClick={() => openOverlay('restore')}
      >
        <ArchiveRestore aria-hidden="true" />
      </button>
      {asked && (
        <Dialog
          title={s.library.restoreAsk}
          onClose={closeOverlay}
          actions={
            <>
              <button type="button" className="btn danger" onClick={() => void restore()}>
                {s.library.restoreYes}
              </button>
              <button type="button" className="btn end" data-autofocus onClick={closeOverlay}>
                {s.shell.cancel}
              </button>
            </>
          }
        >
          <p>{s.library.restoreBody(library.cases)}</p>
          <p>{s.library.restoreBackUpFirst}</p>
        </Dialog>
      )}
    </>
  )
}
