/** The table of cases: pages fetched as they are scrolled to, words and filters, the selection. */
import type { CaseRow } from '@shared/domain/library.js'
import type { Filters } from '@shared/domain/search.js'
import type { Input } from '@shared/contract.js'
import type { Problem } from '@shared/errors.js'
import { create } from 'zustand'
import { onOtherLibrary, refreshStatus } from '../../app/session.js'
import { toast } from '../../app/toasts.js'
import { call } from '../../host/client.js'
import { s } from '../../strings/strings.js'
import { useImport } from './importStore.js'

export const PAGE = 100
export type Sort = NonNullable<Input<'cases.list'>['sort']>
type Table = {
  words: string
  filters: Filters
  sort: Sort
  descending: boolean
  total: number
  pages: Record<number, CaseRow[]>
  selected: ReadonlySet<string>
  problem: Problem | undefined
  loaded: boolean
}
export const useTable = create<Table>(() => ({
  words: '',
  filters: {},
  sort: 'number',
  descending: false,
  total: 0,
  pages: {},
  selected: new Set<string>(),
  problem: undefined,
  loaded: false,
}))

let question = 0
const asked = new Set<number>()

export async function loadPage(page: number): Promise<void> {
  if (asked.has(page)) return
  asked.add(page)
  const mine = question
  const { words, filters, sort, descending } = useTable.getState()
  const answer = await call('cases.list', {
    offset: page * PAGE,
    limit: PAGE,
    sort,
    descending,
    ...(words.trim() === '' ? {} : { words: words.trim() }),
    ...(Object.keys(filters).length === 0 ? {} : { filters }),
  })
  if (mine !== question) return
  if (!answer.ok) {
    asked.delete(page)
    useTable.setState({ problem: answer.problem, loaded: true })
    return
  }
  const { rows, total } = answer.value
  useTable.setState((state) => ({
    total,
    loaded: true,
    problem: undefined,
    pages: { ...state.pages, [page]: rows },
  }))
}

/** Asks anew; what is on the screen stays until the answer comes. */
export function reloadTable(): void {
  question++
  asked.clear()
  void loadPage(0).then(() => {
    const first = useTable.getState().pages[0]
    useTable.setState({ pages: first ? { 0: first } : {} })
  })
}

export function changeTable(change: Partial<Pick<Table, 'words' | 'filters' | 'sort' | 'descending'>>): void {
  useTable.setState({ ...change, selected: new Set() })
  reloadTable()
}

export function selectRow(caseId: string, on: boolean): void {
  useTable.setState(({ selected }) => {
    const next = new Set(selected)
    if (on) next.add(caseId)
    else next.delete(caseId)
    return { selected: next }
  })
}

export const rowOf = (caseId: string): CaseRow | undefined =>
  Object.values(useTable.getState().pages)
    .flat()
    .find((row) => row.caseId === caseId)

export async function deleteCases(caseIds: string[]): Promise<void> {
  const answer = await call('cases.delete', { caseIds })
  if (answer.ok) toast(s.library.deleted(answer.value.deleted))
  const backups = answer.ok ? (answer.value.backups ?? []) : []
  if (backups.length > 0) toast(s.library.inBackups(backups))
  useTable.setState({ selected: new Set(), problem: answer.ok ? undefined : answer.problem })
  reloadTable()
  await refreshStatus()
}

/** Sets findings and says so with a way back. */
export async function setFindings(
  caseId: string,
  findings: string[],
  before: string[] | undefined,
): Promise<void> {
  const answer = await call('cases.setFindings', { caseId, findings })
  useTable.setState({ problem: answer.ok ? undefined : answer.problem })
  reloadTable()
  await refreshStatus()
  if (answer.ok && before) toast(s.library.findingsSaved, () => void setFindings(caseId, before, undefined))
}

onOtherLibrary(() => {
  useTable.setState({ words: '', filters: {}, pages: {}, total: 0, selected: new Set(), loaded: false })
  reloadTable()
})
useImport.subscribe((now, before) => {
  if (now.finished !== before.finished) reloadTable()
})
