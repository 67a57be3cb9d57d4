/** Case notes: written, read with their history, searched by words. */
import * as os from 'node:os'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import type { Handler, Workspace } from '../ports/calls.js'

const DEFAULT_K = 20

/** The name under which this user's notes stand, where the system has one. */
function userName(): string | undefined {
  try {
    return os.userInfo().username
  } catch {
    // A user id without an account has no name; the note then has no author.
    return undefined
  }
}

export function notesService(workspace: Workspace): {
  list: Handler<'notes.list'>
  save: Handler<'notes.save'>
  history: Handler<'notes.history'>
  delete: Handler<'notes.delete'>
  search: Handler<'search.notes'>
} {
  const author = userName()
  return {
    list: ({ caseId }) => ({ notes: workspace.library.notes(caseId) }),
    save({ caseId, noteId, text }) {
      const note = workspace.library.saveNote({
        caseId,
        text,
        ...(noteId === undefined ? {} : { noteId }),
        ...(author === undefined ? {} : { author }),
      })
      workspace.changed()
      return note
    },
    history: ({ noteId }) => ({ revisions: workspace.library.noteHistory(noteId) }),
    delete({ noteId }) {
      const deleted = workspace.library.deleteNote(noteId)
      if (deleted) workspace.changed()
      return { deleted }
    },
    search({ text, k = DEFAULT_K, offset = 0 }) {
      if (text.length > LIMITS.textCharacters) throw new HilumError('QUERY_TOO_LONG')
      return workspace.library.searchNotes(text, k, offset)
    },
  }
}
