import { Download } from 'lucide-react'
import { closeOverlay } from '../../app/overlays.js'
import { openLibrary, useSession } from '../../app/session.js'
import { s } from '../../strings/strings.js'
import { Dialog } from '../../ui/Dialog.js'
import { downloadPneumoniaMnist } from '../library/importStore.js'

/** Asks before the only thing that reaches the network, and says where the images go. */
export function MnistDialog() {
  const library = useSession((session) => session.library)
  // Radiographs have no place among drawn cases: they go into the user's own library then.
  const own = library === undefined || library.synthetic
  const start = async (size: 28 | 224) => {
    closeOverlay()
    if (!own || (await openLibrary(undefined, true))) downloadPneumoniaMnist(size)
  }
  const readOnly = !own && library.readOnly
  return (
    <Dialog
      title={s.welcome.mnistAsk}
      onClose={closeOverlay}
      actions={
        <>
          <button
            type="button"
            className="btn primary"
            data-autofocus
            disabled={readOnly}
            onClick={() => void start(28)}
          >
            <Download aria-hidden="true" />
            {s.welcome.mnistSmall}
          </button>
          <button type="button" className="btn" disabled={readOnly} onClick={() => void start(224)}>
            {s.welcome.mnistLarge}
          </button>
          <button type="button" className="btn ghost end" onClick={closeOverlay}>
            {s.shell.cancel}
          </button>
        </>
      }
    >
      <p>{s.welcome.mnistWhat}</p>
      <p>{s.welcome.mnistInternet}</p>
      <p>
        {readOnly
          ? s.welcome.mnistReadOnly(library.name)
          : own
            ? s.welcome.mnistOwn
            : s.welcome.mnistInto(library.name)}
      </p>
    </Dialog>
  )
}
