/** Blind reading in the settings: the switch, and the log of readings with its export. */
import type { Reading } from '@shared/domain/measuring.js'
import { csv } from '@shared/csv.js'
import { Download, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { setPref, usePrefs } from '../../app/prefs.js'
import { toast } from '../../app/toasts.js'
import { call, host } from '../../host/client.js'
import { date, findingName } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Toggle } from '../../ui/Controls.js'

const SHOWN = 20

function asCsv(readings: readonly Reading[]): string {
  return csv([
    ['at', 'library', 'sha256', 'impression', 'confidence', 'remark', 'nearestCarry', 'count', 'of'],
    ...readings.map((reading) => [
      reading.at,
      reading.library,
      reading.sha256,
      reading.impression,
      reading.confidence,
      reading.text ?? '',
      reading.majority ?? '',
      reading.count ?? '',
      reading.of ?? '',
    ]),
  ])
}

export function BlindSection() {
  const blind = usePrefs((prefs) => prefs.blind)
  const [readings, setReadings] = useState<Reading[]>([])
  const [asking, setAsking] = useState(false)
  useEffect(() => {
    void call('reading.list', {}).then((answer) => answer.ok && setReadings(answer.value.readings))
  }, [])
  const judged = readings.filter((reading) => reading.majority !== undefined)
  const agreed = judged.filter((reading) => reading.majority === reading.impression).length
  return (
    <>
      <h2>{s.blind.section}</h2>
      <div className="setting">
        <div className="grow">
          <b>{s.blind.setting}</b>
          <p className="xs">{s.blind.settingText}</p>
        </div>
        <Toggle label={s.blind.setting} on={blind} onChange={(on) => setPref('blind', on)} />
      </div>
      <h3>{s.blind.log}</h3>
      <p className="xs">{s.blind.logText}</p>
      {readings.length === 0 ? (
        <p>{s.blind.logEmpty}</p>
      ) : (
        <>
          <p>
            {s.blind.logSummary(readings.length, agreed, judged.length)} {s.blind.noVerdict}
          </p>
          <div className="row wrap">
            <button
              type="button"
              className="btn"
              onClick={() =>
                void host()
                  .saveAs('readings.csv', new TextEncoder().encode(asCsv(readings)), 'text/csv')
                  .then((saved) => saved?.ok && toast(s.blind.exported))
              }
            >
              <Download aria-hidden="true" />
              {s.blind.export}
            </button>
            {asking ? (
              <>
                <span>{s.blind.clearAsk}</span>
                <button
                  type="button"
                  className="btn"
                  onClick={() =>
                    void call('reading.clear', {}).then((answer) => {
                      setAsking(false)
                      if (answer.ok) setReadings([])
                    })
                  }
                >
                  {s.blind.clear}
                </button>
                <button type="button" className="btn ghost" onClick={() => setAsking(false)}>
                  {s.shell.cancel}
                </button>
              </>
            ) : (
              <button type="button" className="btn ghost" onClick={() => setAsking(true)}>
                <Trash2 aria-hidden="true" />
                {s.blind.clear}
              </button>
            )}
          </div>
          <table className="hit-table">
            <thead>
              <tr>
                <th>{s.blind.columns.at}</th>
                <th>{s.blind.columns.impression}</th>
                <th>{s.blind.columns.sure}</th>
                <th>{s.blind.columns.nearest}</th>
                <th>{s.blind.columns.library}</th>
              </tr>
            </thead>
            <tbody>
              {readings
                .slice(-SHOWN)
                .reverse()
                .map((reading) => (
                  <tr key={`${reading.at} ${reading.sha256}`}>
                    <td>{date(reading.at)}</td>
                    <td>{findingName(reading.impression)}</td>
                    <td>{s.blind.confidence[reading.confidence]}</td>
                    <td>
                      {reading.majority === undefined
                        ? '–'
                        : `${findingName(reading.majority)}, ${reading.count ?? 0} / ${reading.of ?? 0}`}
                    </td>
                    <td className="t2">{reading.library}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </>
      )}
    </>
  )
}
