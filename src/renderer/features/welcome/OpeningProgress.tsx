/** How far the demo library is drawn, with a way to stop; nothing while there is nothing to wait for. */
import { cancelOpening, useSession } from '../../app/session.js'
import { s } from '../../strings/strings.js'

export function OpeningProgress() {
  const { opening, progress } = useSession()
  if (!opening || progress?.total === undefined) return null
  return (
    <div className="col" role="status">
      <span className="row">
        <span className="spin" aria-hidden="true" />
        {s.welcome.making(progress.done, progress.total)}
        <button type="button" className="btn end" onClick={cancelOpening}>
          {s.shell.cancel}
        </button>
      </span>
      <div className="bar">
        <i style={{ width: `${(progress.done / Math.max(1, progress.total)) * 100}%` }} />
      </div>
    </div>
  )
}
