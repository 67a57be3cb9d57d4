/** Writing and deleting notes, each one transaction. */
import type { Note } from '@shared/domain/notes.js'
import { HilumError } from '@shared/errors.js'
import { guarded } from '../../node/storageErrors.js'
import { caseKeyOf, noteKeyOf } from './ids.js'
import type { SqliteLibrary } from './sqliteLibrary.js'

export type NoteToSave = { caseId: string; noteId?: string; text: string; author?: string }

/** Adds a note, or changes the one named. @throws CASE_NOT_FOUND for a note that is in another case */
export function saveNote(library: SqliteLibrary, note: NoteToSave): Note {
  const { caseRepository, noteRepository } = library
  const caseKey = caseKeyOf(note.caseId)
  const known = note.noteId === undefined ? undefined : noteKeyOf(note.noteId)
  const noteKey = library.write('note.save', note.caseId, {}, () => {
    caseRepository.record(caseKey)
    const at = new Date().toISOString()
    if (known === undefined) return noteRepository.add(caseKey, note.text, note.author, at)
    if (noteRepository.caseKeyOfNote(known) !== caseKey)
      throw new HilumError('CASE_NOT_FOUND', 'This note is not in the case any more.')
    noteRepository.change(known, note.text, note.author, at)
    return known
  })
  return guarded(() => noteRepository.get(noteKey))
}

/** Removes a note with its history, also from the write-ahead log. False when there is none. */
export function deleteNote(library: SqliteLibrary, noteId: string): boolean {
  const { noteRepository, db } = library
  const noteKey = noteKeyOf(noteId)
  const caseKey = guarded(() => noteRepository.caseKeyOfNote(noteKey))
  if (caseKey === undefined) return false
  library.write('note.delete', noteId, {}, () => noteRepository.remove(noteKey, caseKey))
  try {
    guarded(() => db.pragma('wal_checkpoint(TRUNCATE)'))
  } catch (error) {
    // The note is gone from the database; its trace in the log goes with the next checkpoint.
    if (!(error instanceof HilumError)) throw error
  }
  return true
}
