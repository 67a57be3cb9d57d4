import type { Doctor, ModelRow } from '@shared/domain.js'
import type { Problem } from '@shared/errors.js'
import { Check, X } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { useSession } from '../../app/session.js'
import { call } from '../../host/client.js'
import { providerName } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { ProblemMessage } from '../../ui/Message.js'

/** The model packs, the hardware, and the checks of this computer. */
export function ModelSection() {
  const status = useSession((session) => session.status)
  const [models, setModels] = useState<ModelRow[]>([])
  const [doctor, setDoctor] = useState<Doctor | undefined>(undefined)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const look = useCallback(async () => {
    setDoctor(undefined)
    const [list, checks] = await Promise.all([call('models.list', {}), call('engine.doctor', {})])
    if (list.ok) setModels(list.value.models)
    if (checks.ok) setDoctor(checks.value)
    else setProblem(checks.problem)
  }, [])
  useEffect(() => void look(), [look])
  return (
    <>
      <h2>{s.settings.model}</h2>
      {models.map((model) => (
        <div key={model.id} className="card model-card col">
          <div className="row wrap">
            <b>{model.name}</b>
            {model.inUse && <span className="badge">{s.settings.inUse}</span>}
            <span className={`badge ${model.ok ? 'right' : 'wrong'}`}>
              {model.ok ? <Check aria-hidden="true" /> : <X aria-hidden="true" />}
              {model.ok ? s.settings.verified : (model.reason ?? s.settings.refused)}
            </span>
            <span className="mono t3 end">{model.sha256.slice(0, 8)}</span>
          </div>
          <p className="xs">
            {model.towers.join(', ')} · {s.settings.dimension(model.dimension)}
          </p>
        </div>
      ))}
      {status?.model?.limits && (
        <>
          <h3>{s.settings.limits}</h3>
          {status.model.limits.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </>
      )}
      <h2>{s.settings.provider}</h2>
      {doctor?.providers.map((provider) => (
        <div className="setting" key={provider.name}>
          <b>{providerName(provider.name)}</b>
          <span className="t2 xs end check-detail">
            {status?.provider?.name === provider.name
              ? s.settings.inUse
              : provider.available
                ? s.settings.available
                : provider.reason}
          </span>
        </div>
      ))}
      <div className="row">
        <h2>{s.settings.doctor}</h2>
        <button type="button" className="btn end" onClick={() => void look()}>
          {s.settings.runDoctor}
        </button>
      </div>
      {!doctor && !problem && <span className="spin" role="status" aria-label={s.settings.measuring} />}
      {problem && <ProblemMessage problem={problem} />}
      {doctor?.checks.map((check) => (
        <div className="setting" key={check.name}>
          <span className={`badge ${check.ok ? 'right' : 'wrong'}`}>
            {check.ok ? <Check aria-hidden="true" /> : <X aria-hidden="true" />}
          </span>
          <b>{check.name}</b>
          <span className="t2 xs end check-detail">{check.detail}</span>
        </div>
      ))}
      {doctor && (
        <>
          <h3>{s.settings.versions}</h3>
          <dl className="kv xs versions">
            {Object.entries(doctor.versions).map(([name, version]) => (
              <div key={name} className="kv-row">
                <dt>{name}</dt>
                <dd className="mono">{version}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </>
  )
}
