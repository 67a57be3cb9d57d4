import type { Problem } from '@shared/errors.js'
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { call, host } from '../../host/client.js'
import { s } from '../../strings/strings.js'
import { Message, ProblemMessage } from '../../ui/Message.js'

/** Runs a report's search again: the same list, or the reasons why not. */
export function Rerun() {
  const [state, setState] = useState<{ identical?: boolean; differences?: string[]; problem?: Problem }>({})
  const run = async () => {
    const chosen = await host().pickFiles()
    const report = chosen?.[0]
    if (!report) return
    const answer = await call('report.rerun', { report })
    setState(answer.ok ? answer.value : { problem: answer.problem })
  }
  return (
    <div className="sect col">
      <button type="button" className="btn ghost self" onClick={() => void run()}>
        <RotateCcw aria-hidden="true" />
        {s.report.rerun}
      </button>
      {state.identical === true && <Message kind="info" head={s.report.rerunSame} />}
      {state.identical === false && (
        <Message kind="warn" head={s.report.rerunDiffers}>
          {state.differences?.join(' ')}
        </Message>
      )}
      {state.problem && <ProblemMessage problem={state.problem} />}
    </div>
  )
}
