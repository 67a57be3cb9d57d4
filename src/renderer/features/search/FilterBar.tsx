/** Filters as chips, always in sight: no filter is ever hidden. */
import type { Filters } from '@shared/domain/search.js'
import { LayoutGrid, List, Plus, X } from 'lucide-react'
import { setPref, usePrefs } from '../../app/prefs.js'
import { useSession } from '../../app/session.js'
import { count, date, findingName } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Segment } from '../../ui/Controls.js'
import { Key } from '../../ui/Key.js'
import { Menu, type MenuItem } from '../../ui/Menu.js'
import { changeQuestion } from './question.js'
import type { Search } from './searchState.js'

export type FilterChip = { key: string; name: string; rest: Filters }

function drop(filters: Filters, ...keys: (keyof Filters)[]): Filters {
  const rest = { ...filters }
  for (const key of keys) delete rest[key]
  return rest
}

/** The set filters as chips: the contract's key, its words, and the filters without it. */
export function filterChips(filters: Filters): FilterChip[] {
  const chips: FilterChip[] = []
  if (filters.frontalOnly === false)
    chips.push({ key: 'frontalOnly', name: s.search.allViews, rest: drop(filters, 'frontalOnly') })
  if (filters.otherPatientsOnly)
    chips.push({
      key: 'otherPatientsOnly',
      name: s.search.otherPatientsOnly,
      rest: drop(filters, 'otherPatientsOnly'),
    })
  if (filters.findings?.length)
    chips.push({
      key: 'findings',
      name: filters.findings.map(findingName).join(', '),
      rest: drop(filters, 'findings'),
    })
  if (filters.sources?.length)
    chips.push({ key: 'sources', name: filters.sources.join(', '), rest: drop(filters, 'sources') })
  if (filters.sexes?.length)
    chips.push({
      key: 'sexes',
      name: filters.sexes.map((sex) => s.search.sexes[sex]).join(', '),
      rest: drop(filters, 'sexes'),
    })
  if (filters.views?.length)
    chips.push({ key: 'views', name: filters.views.join(', '), rest: drop(filters, 'views') })
  if (filters.dateFrom !== undefined || filters.dateTo !== undefined)
    chips.push({
      key: 'date',
      name: s.refine.between(date(filters.dateFrom), date(filters.dateTo)),
      rest: drop(filters, 'dateFrom', 'dateTo'),
    })
  if (filters.ageMin !== undefined || filters.ageMax !== undefined) {
    const known = s.search.ages.find(([, low, high]) => low === filters.ageMin && high === filters.ageMax)
    chips.push({ key: 'age', name: known?.[0] ?? s.search.ageGroup, rest: drop(filters, 'ageMin', 'ageMax') })
  }
  return chips
}

function toggled(list: readonly string[] | undefined, value: string): string[] {
  const now = list ?? []
  return now.includes(value) ? now.filter((entry) => entry !== value) : [...now, value]
}

/** Spans of study dates, counted back from today. */
function datesFrom(today: Date): [string, string | undefined, string | undefined][] {
  const back = (years: number) => {
    const day = new Date(today)
    day.setFullYear(day.getFullYear() - years)
    return day.toISOString().slice(0, 10)
  }
  return [
    [s.refine.lastYear, back(1), undefined],
    [s.refine.lastFive, back(5), undefined],
    [s.refine.olderThanFive, undefined, back(5)],
  ]
}

function choices(
  filters: Filters,
  set: (filters: Filters) => void,
  library: ReturnType<typeof useSession.getState>['library'],
): MenuItem[] {
  const items: MenuItem[] = []
  if (filters.frontalOnly !== false)
    items.push({
      id: 'views',
      label: s.search.allViews,
      run: () => set({ ...filters, frontalOnly: false }),
    })
  if (!filters.otherPatientsOnly)
    items.push({
      id: 'others',
      label: s.search.otherPatientsOnly,
      run: () => set({ ...filters, otherPatientsOnly: true }),
    })
  for (const finding of Object.keys(library?.findings ?? {}))
    items.push({
      id: `finding ${finding}`,
      label: `${s.search.finding}: ${findingName(finding)}`,
      checked: filters.findings?.includes(finding) ?? false,
      hint: count(library?.findings[finding] ?? 0),
      run: () => set({ ...filters, findings: toggled(filters.findings, finding) }),
    })
  for (const source of Object.keys(library?.sources ?? {}).slice(0, 12))
    items.push({
      id: `source ${source}`,
      label: `${s.search.source}: ${source}`,
      checked: filters.sources?.includes(source) ?? false,
      hint: count(library?.sources[source] ?? 0),
      run: () => set({ ...filters, sources: toggled(filters.sources, source) }),
    })
  for (const sex of ['F', 'M'] as const)
    items.push({
      id: `sex ${sex}`,
      label: `${s.search.sex}: ${s.search.sexes[sex]}`,
      checked: filters.sexes?.includes(sex) ?? false,
      run: () => set({ ...filters, sexes: toggled(filters.sexes, sex) as ('F' | 'M' | 'O')[] }),
    })
  for (const view of ['PA', 'AP'])
    items.push({
      id: `view ${view}`,
      label: `${s.refine.views}: ${view}`,
      checked: filters.views?.includes(view) ?? false,
      run: () => set({ ...filters, views: toggled(filters.views, view) }),
    })
  for (const [name, from, to] of datesFrom(new Date()))
    items.push({
      id: `date ${name}`,
      label: `${s.refine.dates}: ${name}`,
      checked: filters.dateFrom === from && filters.dateTo === to && (from ?? to) !== undefined,
      run: () =>
        set({
          ...drop(filters, 'dateFrom', 'dateTo'),
          ...(from === undefined ? {} : { dateFrom: from }),
          ...(to === undefined ? {} : { dateTo: to }),
        }),
    })
  for (const [name, low, high] of s.search.ages)
    items.push({
      id: `age ${name}`,
      label: `${s.search.ageGroup}: ${name}`,
      checked: filters.ageMin === low && filters.ageMax === high,
      run: () =>
        set({
          ...drop(filters, 'ageMin', 'ageMax'),
          ageMin: low,
          ...(high === undefined ? {} : { ageMax: high }),
        }),
    })
  return items
}

/** Empty lists mean no filter. */
function tidy(filters: Filters): Filters {
  return Object.fromEntries(
    Object.entries(filters).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  )
}

export function FilterBar({ search }: { search: Search }) {
  const layout = usePrefs((prefs) => prefs.hitLayout)
  const library = useSession((session) => session.library)
  const { filters } = search.question
  const set = (next: Filters) => changeQuestion(search.id, { filters: tidy(next) })
  const { result } = search
  return (
    <div className="toolbar" role="group" aria-label={s.search.filters}>
      {filterChips(filters).map((chip) => (
        <span key={chip.key} className="chip on">
          {chip.name}
          <button type="button" aria-label={s.search.remove(chip.name)} onClick={() => set(chip.rest)}>
            <X aria-hidden="true" />
          </button>
        </span>
      ))}
      <span id="add-filter-anchor">
        <Menu
          className="chip add"
          name={s.search.filter}
          heading={s.search.filters}
          items={choices(filters, set, library)}
          label={
            <>
              <Plus aria-hidden="true" />
              {s.search.filter}
              <Key keys="F" />
            </>
          }
        />
      </span>
      <span className="end row">
        {result && (
          <span className="t3 xs nowrap">
            {s.search.shown(result.hits.length, result.searched)} · {s.search.ms(result.milliseconds.total)}
          </span>
        )}
        <Segment
          label={s.search.layout}
          value={layout}
          onChange={(value) => setPref('hitLayout', value)}
          options={[
            [
              'grid',
              <>
                <LayoutGrid key="g" className="s" aria-hidden="true" />
                {s.search.grid}
              </>,
            ],
            [
              'list',
              <>
                <List key="l" className="s" aria-hidden="true" />
                {s.search.list}
              </>,
            ],
          ]}
        />
      </span>
    </div>
  )
}
