/** Notes of a case: read, add, change, take back; a tick puts one into the report. */
import type { StudyFacts } from '@shared/domain/images.js'
import type { Note } from '@shared/domain/notes.js'
import type { Problem } from '@shared/errors.js'
import { Pencil, Plus, Trash2 } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { useIdentity } from '../../app/identity.js'
import { useSession } from '../../app/session.js'
import { toast } from '../../app/toasts.js'
import { call } from '../../host/client.js'
import { shortened } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { ProblemMessage } from '../../ui/Message.js'
import { NoteHistory } from './NoteHistory.js'
import { pickNote, useCompare } from './compareStore.js'

/** @param study of the case, for what is covered while identities are hidden */
export function Notes({ caseId, study }: { caseId: string; study: StudyFacts }) {
  const identity = useIdentity()
  const [notes, setNotes] = useState<Note[]>([])
  const [editing, setEditing] = useState<{ noteId?: string; text: string } | undefined>(undefined)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const readOnly = useSession((session) => session.library?.readOnly ?? false)
  const picked = useCompare((compare) => compare.pickedNotes)
  const load = useCallback(async () => {
    const answer = await call('notes.list', { caseId })
    if (answer.ok) setNotes(answer.value.notes)
    else setProblem(answer.problem)
  }, [caseId])
  useEffect(() => {
    setEditing(undefined)
    setProblem(undefined)
    setNotes([])
    void load()
  }, [load])
  const save = async () => {
    if (!editing || editing.text.trim() === '') return
    const answer = await call('notes.save', {
      caseId,
      text: editing.text,
      ...(editing.noteId ? { noteId: editing.noteId } : {}),
    })
    const before = notes.find(({ noteId }) => noteId === editing.noteId)
    if (answer.ok) setEditing(undefined)
    setProblem(answer.ok ? undefined : answer.problem)
    await load()
    if (answer.ok && before !== undefined && before.text !== answer.value.text)
      toast(s.compare.noteSaved, () => void rewrite(before.noteId, before.text))
  }
  /** A note's earlier words again; the words they replace stay in its history. */
  const rewrite = async (noteId: string, text: string) => {
    const answer = await call('notes.save', { caseId, noteId, text })
    setProblem(answer.ok ? undefined : answer.problem)
    await load()
  }
  const remove = async (note: Note) => {
    const answer = await call('notes.delete', { noteId: note.noteId })
    setProblem(answer.ok ? undefined : answer.problem)
    await load()
    if (answer.ok)
      toast(s.compare.noteDeleted, () => void call('notes.save', { caseId, text: note.text }).then(load))
  }
  return (
    <section className="sect col" aria-label={s.compare.notes}>
      <div className="row">
        <h3>{s.compare.notes}</h3>
        {!readOnly && !editing && (
          <button
            type="button"
            className="btn ghost icon end"
            aria-label={s.compare.addNote}
            title={s.compare.addNote}
            onClick={() => setEditing({ text: '' })}
          >
            <Plus aria-hidden="true" />
          </button>
        )}
      </div>
      {notes.length === 0 && !editing && <p className="xs">{s.compare.noNotes}</p>}
      {readOnly && <p className="xs t3">{s.compare.notesReadOnly}</p>}
      <ul className="col">
        {notes.map((note) => (
          <li key={note.noteId} className="note">
            <input
              type="checkbox"
              className="check"
              aria-label={`${s.compare.pickNote}: ${identity.note(note.text, study).slice(0, 60)}`}
              title={s.compare.pickNote}
              checked={picked.includes(note.noteId)}
              onChange={(event) => pickNote(note.noteId, event.target.checked)}
            />
            <div className="grow">
              <p className="note-text" dir="auto">
                {shortened(identity.note(note.text, study))}
              </p>
              <span className="xs t3">
                {[identity.text(note.author), identity.day(note.updatedAt)].filter(Boolean).join(' · ')}
              </span>
              {note.revisions > 1 && (
                <NoteHistory
                  key={note.revisions}
                  note={note}
                  study={study}
                  {...(readOnly ? {} : { onBringBack: (text: string) => void rewrite(note.noteId, text) })}
                />
              )}
            </div>
            {!readOnly && (
              <span className="col">
                <button
                  type="button"
                  className="btn ghost icon mini"
                  aria-label={s.compare.editNote}
                  title={s.compare.editNote}
                  onClick={() => setEditing({ noteId: note.noteId, text: note.text })}
                >
                  <Pencil className="s" aria-hidden="true" />
                </button>
                <button
                  type="button"
                  className="btn ghost icon mini"
                  aria-label={s.compare.deleteNote}
                  title={s.compare.deleteNote}
                  onClick={() => void remove(note)}
                >
                  <Trash2 className="s" aria-hidden="true" />
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {editing && (
        <>
          <textarea
            className="input"
            rows={4}
            autoFocus
            aria-label={s.compare.addNote}
            placeholder={s.compare.notePlaceholder}
            value={editing.text}
            onChange={(event) => setEditing({ ...editing, text: event.target.value })}
          />
          <div className="row">
            <button
              type="button"
              className="btn primary"
              disabled={editing.text.trim() === ''}
              onClick={() => void save()}
            >
              {s.compare.saveNote}
            </button>
            <button type="button" className="btn ghost" onClick={() => setEditing(undefined)}>
              {s.shell.cancel}
            </button>
          </div>
        </>
      )}
      {problem && <ProblemMessage problem={problem} />}
    </section>
  )
}
