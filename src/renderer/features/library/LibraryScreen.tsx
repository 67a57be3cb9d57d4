/** The library: what is in it, what comes in, and every case in a table. */
import { ChevronDown, Folder, Plus, Search, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Problem } from '@shared/errors.js'
import { addFiles, addFolder } from '../../app/intake.js'
import { openOverlay } from '../../app/overlays.js'
import { openDemo, useSession } from '../../app/session.js'
import { host } from '../../host/client.js'
import { bytes, count, findingName } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Key } from '../../ui/Key.js'
import { Menu } from '../../ui/Menu.js'
import { Message, ProblemMessage } from '../../ui/Message.js'
import { startSearch } from '../search/searchRun.js'
import { BackupButtons } from './BackupButtons.js'
import { CaseTable } from './CaseTable.js'
import { ImportCard } from './ImportCard.js'
import { LibraryDialogs } from './LibraryDialogs.js'
import { LibraryFacts } from './LibraryFacts.js'
import { changeTable, reloadTable, rowOf, useTable } from './libraryStore.js'
import './library.css'
import '../search/hits.css'

function Tools() {
  const { selected, total, words, filters } = useTable()
  const library = useSession((session) => session.library)
  const chosen = [...selected]
  const first = chosen[0]
  const pick = (kind: 'findings' | 'sources', value: string) => {
    const now = filters[kind] ?? []
    const next = now.includes(value) ? now.filter((entry) => entry !== value) : [...now, value]
    const { [kind]: _old, ...rest } = filters
    changeTable({ filters: next.length === 0 ? rest : { ...rest, [kind]: next } })
  }
  return (
    <div className="toolbar">
      <label className="input words-filter">
        <Search aria-hidden="true" />
        <input
          type="search"
          aria-label={s.library.filterWords}
          placeholder={s.library.filterWords}
          value={words}
          onChange={(event) => changeTable({ words: event.target.value })}
        />
      </label>
      <Menu
        className={`chip ${filters.findings ? 'on' : ''}`}
        heading={s.search.finding}
        stays
        label={
          <>
            {`${s.search.finding}: ${filters.findings?.map(findingName).join(', ') ?? s.library.all}`}
            <ChevronDown aria-hidden="true" />
          </>
        }
        items={Object.entries(library?.findings ?? {}).map(([finding, n]) => ({
          id: finding,
          label: findingName(finding),
          hint: count(n),
          checked: filters.findings?.includes(finding) ?? false,
          run: () => pick('findings', finding),
        }))}
      />
      <Menu
        className={`chip ${filters.sources ? 'on' : ''}`}
        heading={s.search.source}
        stays
        label={
          <>
            {`${s.search.source}: ${filters.sources?.join(', ') ?? s.library.all}`}
            <ChevronDown aria-hidden="true" />
          </>
        }
        items={Object.entries(library?.sources ?? {}).map(([source, n]) => ({
          id: source,
          label: source,
          hint: count(n),
          checked: filters.sources?.includes(source) ?? false,
          run: () => pick('sources', source),
        }))}
      />
      <span className="end row wrap">
        <span className="t3 xs">{s.library.selected(chosen.length, total)}</span>
        <button
          type="button"
          className="btn"
          disabled={chosen.length !== 1}
          onClick={() => {
            const row = first === undefined ? undefined : rowOf(first)
            if (row) startSearch({ kind: 'image', imageId: row.imageId })
          }}
        >
          {s.library.useAsQuery}
        </button>
        <button
          type="button"
          className="btn"
          disabled={chosen.length !== 1 || library?.readOnly}
          onClick={() => openOverlay('findings')}
        >
          {s.library.editFindings}
        </button>
        <button
          type="button"
          className="btn icon"
          aria-label={s.library.delete}
          title={s.library.delete}
          disabled={chosen.length === 0 || library?.readOnly}
          onClick={() => openOverlay('deleteCases')}
        >
          <Trash2 aria-hidden="true" />
        </button>
      </span>
    </div>
  )
}

export function LibraryScreen() {
  const library = useSession((session) => session.library)
  const sessionProblem = useSession((session) => session.problem)
  const { total, loaded, problem } = useTable()
  const [backupProblem, setBackupProblem] = useState<Problem | undefined>(undefined)
  useEffect(reloadTable, [])
  const empty = library === undefined || library.cases === 0
  return (
    <div className={`library ${empty ? 'alone' : ''}`}>
      <div className="library-main">
        <div className="row wrap library-head">
          <h1>{s.library.title}</h1>
          {library && (
            <span className="t3">
              {s.library.summary(library.cases, library.images, library.patients, bytes(library.bytes))}
            </span>
          )}
          <span className="end row">
            {host().host === 'electron' && library && (
              <BackupButtons library={library} onProblem={setBackupProblem} />
            )}
            <button
              type="button"
              className="btn"
              disabled={library?.readOnly}
              onClick={() => void addFolder()}
            >
              <Folder aria-hidden="true" />
              {s.library.addFolder}
            </button>
            <button
              type="button"
              className="btn primary"
              disabled={library?.readOnly}
              onClick={() => void addFiles()}
            >
              <Plus aria-hidden="true" />
              {s.library.add}
              <Key keys="Ctrl I" />
            </button>
          </span>
        </div>
        {library?.readOnly && (
          <div className="library-pad">
            <Message kind="info" head={s.library.heldHead}>
              {library.heldBy} {s.library.heldSafe}
            </Message>
          </div>
        )}
        {(backupProblem ?? problem ?? (library ? undefined : sessionProblem)) && (
          <div className="library-pad">
            <ProblemMessage problem={(backupProblem ?? problem ?? sessionProblem) as Problem} />
          </div>
        )}
        <ImportCard />
        {empty ? (
          <div className="empty">
            <Folder aria-hidden="true" />
            <h2>{s.library.empty}</h2>
            <p>{s.library.emptyText}</p>
            <p className="xs t3">{s.library.importFrom}</p>
            <div className="row">
              <button type="button" className="btn primary" onClick={() => void addFolder()}>
                {s.library.addFolder}
              </button>
              <button type="button" className="btn" onClick={() => void openDemo()}>
                {s.library.useDemo}
              </button>
            </div>
          </div>
        ) : (
          <>
            <Tools />
            {loaded && total === 0 ? (
              <div className="empty">
                <Search aria-hidden="true" />
                <h2>{s.library.noRows}</h2>
                <p>{s.library.noRowsText}</p>
                <button
                  type="button"
                  className="btn primary"
                  onClick={() => changeTable({ words: '', filters: {} })}
                >
                  {s.search.clearAll}
                </button>
              </div>
            ) : (
              <CaseTable />
            )}
          </>
        )}
      </div>
      {library && !empty && <LibraryFacts library={library} />}
      <LibraryDialogs />
    </div>
  )
}
