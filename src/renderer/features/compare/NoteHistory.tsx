/** What a note said before: every saved text with its day and author, newest first; any of them can be brought back. */
import type { Output } from '@shared/contract.js'
import type { StudyFacts } from '@shared/domain/images.js'
import type { Note } from '@shared/domain/notes.js'
import type { Problem } from '@shared/errors.js'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useIdentity } from '../../app/identity.js'
import { call } from '../../host/client.js'
import { dateTime } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { ProblemMessage } from '../../ui/Message.js'

type Revision = Output<'notes.history'>['revisions'][number]

/** @param onBringBack absent in a library that is open for reading only */
export function NoteHistory({
  note,
  study,
  onBringBack,
}: {
  note: Note
  study: StudyFacts
  onBringBack?: (text: string) => void
}) {
  const identity = useIdentity()
  const [open, setOpen] = useState(false)
  const [revisions, setRevisions] = useState<Revision[]>([])
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const toggle = async () => {
    setOpen(!open)
    if (open) return
    const answer = await call('notes.history', { noteId: note.noteId })
    if (answer.ok) setRevisions(answer.value.revisions)
    setProblem(answer.ok ? undefined : answer.problem)
  }
  // Oldest first, the last one being what the note says now.
  const earlier = revisions.slice(0, -1).reverse()
  return (
    <>
      <button type="button" className="btn ghost mini" aria-expanded={open} onClick={() => void toggle()}>
        {open ? (
          <ChevronDown className="s" aria-hidden="true" />
        ) : (
          <ChevronRight className="s" aria-hidden="true" />
        )}
        {s.compare.noteHistory(note.revisions - 1)}
      </button>
      {open && (
        <ol className="col note-history" aria-label={s.compare.earlier}>
          {earlier.map((revision, at) => (
            <li key={`${revision.at} ${at}`} className="col">
              <p className="note-text t2">{identity.note(revision.text, study)}</p>
              <span className="row xs t3">
                {[
                  identity.text(revision.author),
                  identity.hidden ? identity.day(revision.at) : dateTime(revision.at),
                ]
                  .filter(Boolean)
                  .join(' · ')}
                {onBringBack && (
                  <button
                    type="button"
                    className="btn ghost mini end"
                    onClick={() => onBringBack(revision.text)}
                  >
                    {s.compare.bringBack}
                  </button>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
      {problem && <ProblemMessage problem={problem} />}
    </>
  )
}
