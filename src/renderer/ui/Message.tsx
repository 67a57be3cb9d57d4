/** A message of three parts: what happened, what is safe, what to do. It stays where it happened. */
import type { Problem } from '@shared/errors.js'
import { CircleX, Info, TriangleAlert } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
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
  const box = useRef<HTMLDivElement>(null)
  // An error that comes below what is in sight would be missed.
  useEffect(() => {
    if (kind === 'err') box.current?.scrollIntoView({ block: 'nearest' })
  }, [kind])
  return (
    <div ref={box} className={`message ${kind}`} role={kind === 'err' ? 'alert' : 'note'}>
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

/** The system's name for what happened, such as ENOSPC: for whoever is asked for help, and no part of a sentence. */
const isName = (detail: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(detail)

/** A specific such as "version 9, this Hilum knows 5" as a sentence of its own. */
const sentence = (detail: string): string =>
  `${detail.charAt(0).toUpperCase()}${detail.slice(1)}${/[.!?]$/.test(detail) ? '' : '.'}`

export function ProblemMessage({ problem, actions }: { problem: Problem; actions?: ReactNode }) {
  const { code, detail } = problem
  const named = detail !== undefined && isName(detail) ? ` ${detail}` : ''
  return (
    <Message
      kind={problem.retryable ? 'info' : 'err'}
      head={problem.message}
      code={`${s.messages.code(code)}${named}`}
      actions={actions}
    >
      {detail && code !== 'INTERNAL' && named === '' ? `${sentence(detail)} ` : ''}
      {problem.remedy}
    </Message>
  )
}
