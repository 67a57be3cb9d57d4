/** What was dropped gave no image, or opening it was stopped: why, and the ways on. */
import { FileX, FolderOpen } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { openFiles, openFolder } from '../../app/intake.js'
import { back, useNav } from '../../app/nav.js'
import { s } from '../../strings/strings.js'
import { Key } from '../../ui/Key.js'
import { ProblemMessage } from '../../ui/Message.js'
import { FailureList } from './FailureList.js'
import { searchAgain } from './searchRun.js'
import type { Search } from './searchState.js'

/** Another file, a folder, or the step before. Enter takes the first, unless the user is somewhere else already. */
function WaysOn({ files, again }: { files: number; again?: () => void }) {
  const first = useRef<HTMLButtonElement>(null)
  const before = useNav(({ index }) => index > 0)
  useEffect(() => {
    if (document.activeElement === document.body) first.current?.focus()
  }, [])
  const primary = again === undefined
  return (
    <div className="row wrap ways-on">
      {again && (
        <button ref={first} type="button" className="btn primary" onClick={again}>
          {s.messages.tryAgain}
        </button>
      )}
      <button
        ref={primary ? first : undefined}
        type="button"
        className={`btn ${primary ? 'primary' : ''}`}
        onClick={() => void openFiles()}
      >
        <FolderOpen aria-hidden="true" />
        {files > 1 ? s.messages.otherFiles : s.messages.otherFile}
        <Key keys="Ctrl O" />
      </button>
      <button type="button" className="btn" onClick={() => void openFolder()}>
        {s.welcome.chooseFolder}
      </button>
      {before && (
        <button type="button" className="btn ghost" onClick={back}>
          {s.shell.back}
        </button>
      )}
    </div>
  )
}

/** Opened, and no image in it. */
export function NoImage({ search }: { search: Search }) {
  const { notice, failures = [] } = search.opened ?? {}
  return (
    <div className="empty" role="alert">
      <FileX aria-hidden="true" />
      {notice ? (
        <ProblemMessage problem={notice} />
      ) : (
        <>
          <h2>{s.messages.notAnImage}</h2>
          <FailureList failures={failures} />
        </>
      )}
      <WaysOn files={failures.length} />
    </div>
  )
}

/** Stopped before there was anything to show. */
export function Stopped({ search }: { search: Search }) {
  return (
    <div className="empty">
      <h2>{s.messages.stopped}</h2>
      <WaysOn files={1} again={() => searchAgain(search.id)} />
    </div>
  )
}
