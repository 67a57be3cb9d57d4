import type { Note } from '@shared/domain/notes.js'
import type { ImageSearch } from '@shared/domain/search.js'
import { useEffect, useState } from 'react'
import { call } from '../../host/client.js'
import { useCompare } from '../compare/compareStore.js'

const NONE: readonly Note[] = []

/** The notes picked for the report that belong to cases of this search, in the order they were picked. */
export function usePickedNotes(result: ImageSearch | undefined): readonly Note[] {
  const picked = useCompare((compare) => compare.pickedNotes)
  const [notes, setNotes] = useState(NONE)
  useEffect(() => {
    let current = true
    const read = async () => {
      if (result === undefined || picked.length === 0) return NONE
      const cases = new Set([...result.hits, ...result.contrast].map(({ caseId }) => caseId))
      const answers = await Promise.all([...cases].map((caseId) => call('notes.list', { caseId })))
      const known = answers.flatMap((answer) => (answer.ok ? answer.value.notes : []))
      return picked.flatMap((noteId) => known.find((note) => note.noteId === noteId) ?? [])
    }
    void read().then((found) => {
      if (current) setNotes(found)
    })
    return () => {
      current = false
    }
  }, [picked, result])
  return notes
}
