import { Check, X } from 'lucide-react'
import { useEffect } from 'react'
import { useSession } from '../../app/session.js'
import { host } from '../../host/client.js'
import { providerName } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { ProblemMessage } from '../../ui/Message.js'
import { ModelCard } from './ModelCard.js'
import { ModelSwitch } from './ModelSwitch.js'
import { chooseProvider, installModel, look, useModels } from './modelStore.js'

/** The model packs, the hardware, and the checks of this computer. */
export function ModelSection() {
  const status = useSession((session) => session.status)
  const { rows, doctor, problem, busy, installed } = useModels()
  useEffect(() => void look(), [])
  const switching = status?.modelSwitch
  const using = status?.provider
  return (
    <>
      <div className="row">
        <h2>{s.settings.model}</h2>
        {host().host === 'electron' && (
          <button
            type="button"
            className="btn end"
            disabled={busy !== undefined}
            onClick={() => void installModel()}
          >
            {busy === 'install' ? s.settings.installing : s.settings.install}
          </button>
        )}
      </div>
      {host().host === 'web' && <p className="xs">{s.settings.installElsewhere}</p>}
      {problem && <ProblemMessage problem={problem} />}
      {installed !== undefined && <p role="status">{s.settings.installed(installed)}</p>}
      {busy === 'use' && switching?.state !== 'encoding' && (
        <p role="status" className="row">
          <span className="spin" aria-hidden="true" />
          {s.settings.opening}
        </p>
      )}
      {switching && <ModelSwitch state={switching} />}
      {rows.map((model) => (
        <ModelCard
          key={model.id}
          model={model}
          busy={busy !== undefined || switching?.state === 'encoding'}
        />
      ))}
      {status?.model?.limits && (
        <>
          <h3>{s.settings.limits}</h3>
          {status.model.limits.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </>
      )}
      <div className="row">
        <h2>{s.settings.provider}</h2>
        <button
          type="button"
          className="btn end"
          disabled={busy !== undefined}
          onClick={() => void chooseProvider('auto')}
        >
          {s.settings.providerAuto}
        </button>
      </div>
      <p className="xs">{s.settings.providerText}</p>
      {using?.note !== undefined && <p role="status">{using.note}</p>}
      {doctor?.providers.map(({ name, available, reason, milliseconds }) => (
        <div className="setting" key={name}>
          <b>{providerName(name)}</b>
          <span className="t2 xs end check-detail">
            {using?.name === name ? s.settings.inUse : available ? s.settings.available : reason}
            {milliseconds === undefined ? '' : ` · ${s.settings.milliseconds(milliseconds)}`}
          </span>
          {available && using?.name !== name && (
            <button
              type="button"
              className="btn"
              disabled={busy !== undefined}
              onClick={() => void chooseProvider(name)}
            >
              {s.settings.useProvider(providerName(name))}
            </button>
          )}
        </div>
      ))}
      <div className="row">
        <h2>{s.settings.doctor}</h2>
        <button type="button" className="btn end" onClick={() => void look()}>
          {s.settings.runDoctor}
        </button>
      </div>
      {!doctor && !problem && <span className="spin" role="status" aria-label={s.settings.measuring} />}
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
