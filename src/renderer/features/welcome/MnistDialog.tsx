import { Download } from 'lucide-react'
import { closeOverlay } from '../../app/overlays.js'
import { s } from '../../strings/strings.js'
import { Dialog } from '../../ui/Dialog.js'
import { downloadPneumoniaMnist } from '../library/importStore.js'

/** Asks before the only thing that reaches the network. */
export function MnistDialog() {
  const start = (size: 28 | 224) => {
    closeOverlay()
    downloadPneumoniaMnist(size)
  }
  return (
    <Dialog
      title={s.welcome.mnistAsk}
      onClose={closeOverlay}
      actions={
        <>
          <button type="button" className="btn primary" data-autofocus onClick={() => start(28)}>
            <Download aria-hidden="true" />
            {s.welcome.mnistSmall}
          </button>
          <button type="button" className="btn" onClick={() => start(224)}>
            {s.welcome.mnistLarge}
          </button>
          <button type="button" className="btn ghost end" onClick={closeOverlay}>
            {s.shell.cancel}
          </button>
        </>
      }
    >
      <p>{s.welcome.mnistAskBody}</p>
    </Dialog>
  )
}
