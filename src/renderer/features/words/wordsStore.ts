/** Search by words: images where the model knows them, notes always. */
import type { NoteSearch } from '@shared/domain/notes.js'
import type { TextSearch } from '@shared/domain/search.js'
import type { Problem } from '@shared/errors.js'
import { create } from 'zustand'
import { go } from '../../app/nav.js'
import { onOtherLibrary } from '../../app/session.js'
import { call } from '../../host/client.js'

const NOTES = 50
type Words = {
  text: string
  busy: boolean
  images?: TextSearch
  notes?: NoteSearch
  problem?: Problem
  shown: 'all' | 'yes' | 'no'
}
export const useWords = create<Words>(() => ({ text: '', busy: false, shown: 'all' }))

let abort: AbortController | undefined

/** Searches and shows the screen; a later question drops the answer of an earlier one. */
export async function runWords(text: string): Promise<void> {
  abort?.abort()
  const controller = new AbortController()
  abort = controller
  const { signal } = controller
  useWords.setState({ text, busy: true, shown: 'all' })
  const [images, notes] = await Promise.all([
    call('search.text', { text, k: 12 }, { signal }),
    call('search.notes', { text, k: NOTES }, { signal }),
  ])
  if (signal.aborted) return
  const problem = !images.ok ? images.problem : !notes.ok ? notes.problem : undefined
  // Words that cannot be understood as they stand are not answered in part: the one message says what is wrong.
  const misread = problem?.code === 'QUERY_SYNTAX'
  useWords.setState(
    {
      text,
      busy: false,
      shown: 'all',
      ...(images.ok && !misread ? { images: images.value } : {}),
      ...(notes.ok && !misread ? { notes: notes.value } : {}),
      ...(problem ? { problem } : {}),
    },
    true,
  )
}

export async function moreNotes(): Promise<void> {
  const { notes, text } = useWords.getState()
  if (!notes) return
  const answer = await call('search.notes', { text, k: NOTES, offset: notes.hits.length })
  if (answer.ok && useWords.getState().text === text)
    useWords.setState({ notes: { ...answer.value, hits: [...notes.hits, ...answer.value.hits] } })
}

export function searchWords(text: string): void {
  go('words')
  void runWords(text)
}

onOtherLibrary(() => useWords.setState({ text: '', busy: false, shown: 'all' }, true))
