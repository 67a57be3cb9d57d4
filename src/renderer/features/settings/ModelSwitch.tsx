/** A change of model under way: how far, and the way back. */
import type { ModelSwitchState } from '@shared/domain/installation.js'
import { s } from '../../strings/strings.js'
import { ProblemMessage } from '../../ui/Message.js'
import { keepModel } from './modelStore.js'

export function ModelSwitch({ state }: { state: ModelSwitchState }) {
  if (state.state === 'failed') return state.problem ? <ProblemMessage problem={state.problem} /> : null
  if (state.state === 'cancelled') return <p role="status">{s.settings.switchCancelled(state.name)}</p>
  return (
    <div className="card model-card col" role="status">
      <div className="row wrap">
        <b>{s.settings.switching(state.name)}</b>
        <span className="t2 xs">{s.settings.switched(state.done, state.total)}</span>
        <button type="button" className="btn end" onClick={() => void keepModel()}>
          {s.settings.switchCancel}
        </button>
      </div>
      <progress
        aria-label={s.settings.switching(state.name)}
        max={Math.max(1, state.total)}
        value={state.done}
      />
      <p className="xs">{s.settings.switchingText}</p>
    </div>
  )
}
