/** Keeps a fault of one screen from emptying the window: it says so in its place, and everything around it goes on. */
import type { Problem } from '@shared/errors.js'
import { problemOf } from '@shared/errors.js'
import { Component, type ReactNode } from 'react'
import { s } from '../strings/strings.js'
import { ProblemMessage } from './Message.js'

type Props = { children: ReactNode }

export class Boundary extends Component<Props, { problem: Problem | undefined }> {
  override state: { problem: Problem | undefined } = { problem: undefined }

  static getDerivedStateFromError(error: unknown): { problem: Problem } {
    return { problem: problemOf(error) }
  }

  override render(): ReactNode {
    const { problem } = this.state
    if (problem === undefined) return this.props.children
    return (
      <div className="boundary">
        <ProblemMessage
          problem={problem}
          actions={
            <button type="button" className="btn" onClick={() => this.setState({ problem: undefined })}>
              {s.messages.tryAgain}
            </button>
          }
        />
      </div>
    )
  }
}
