/** One installed model: what it is, whether its files are sound, and a button to search by it. */
import type { ModelRow } from '@shared/domain/installation.js'
import { Check, X } from 'lucide-react'
import { s } from '../../strings/strings.js'
import { changeModel } from './modelStore.js'

export function ModelCard({ model, busy }: { model: ModelRow; busy: boolean }) {
  return (
    <div className="card model-card col">
      <div className="row wrap">
        <b>{model.name}</b>
        {model.inUse && <span className="badge">{s.settings.inUse}</span>}
        <span className={`badge ${model.ok ? 'right' : 'wrong'}`}>
          {model.ok ? <Check aria-hidden="true" /> : <X aria-hidden="true" />}
          {model.ok ? s.settings.verified : (model.reason ?? s.settings.refused)}
        </span>
        <span className="mono t3 end">{model.sha256.slice(0, 8)}</span>
      </div>
      <div className="row wrap">
        <p className="xs">
          {model.towers.join(', ')} · {s.settings.dimension(model.dimension)}
        </p>
        {model.ok && !model.inUse && (
          <button
            type="button"
            className="btn end"
            disabled={busy}
            onClick={() => void changeModel(model.id)}
          >
            {s.settings.use}
          </button>
        )}
      </div>
    </div>
  )
}
