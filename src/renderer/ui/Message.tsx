/** A message of three parts: what happened, what is safe, what to do. It stays where it happened. */
import type { Problem } from '@shared/errors.js'
import { CircleX, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { s } from '../strings/strings.js'

type Props = {
  kind: 'info' | 'warn' | 'err'
  head: string
  children?: ReactNode
  actions?: ReactNode
  code?: string
}

const ICONS = { info: Info, warn: TriangleAlert, err: CircleX }

export function Message({ kind, head, children, actions, code }: Props) {
  const Icon = ICONS[kind]
  return (
    <div className={`message ${kind}`} role={kind === 'err' ? 'alert' : 'note'}>
      <Icon aria-hidden="true" />
      <div>
        <b>{head}</b>
        {children !== undefined && <p>{children}</p>}
      </div>
      {code !== undefined && <span className="code mono">{code}</span>}
      {actions !== undefined && <div className="acts">{actions}</div>}
    </div>
  )
}

export function ProblemMessage({ problem, actions }: { problem: Problem; actions?: ReactNode }) {
  return (
    <Message
      kind={problem.retryable ? 'info' : 'err'}
      head={problem.message}
      code={s.messages.code(problem.code)}
      actions={actions}
    >
      {problem.detail && problem.code !== 'INTERNAL' ? `${problem.detail} ` : ''}
      {problem.remedy}
    </Message>
  )
}
