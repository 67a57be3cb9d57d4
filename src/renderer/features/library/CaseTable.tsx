/** Cases by the hundred thousand: rows of fixed height, only those in sight in the document. */
import type { CaseRow } from '@shared/domain/library.js'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useIdentity } from '../../app/identity.js'
import { ageSex, viewName } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { FindingPill } from '../../ui/Marks.js'
import { Picture } from '../../ui/Picture.js'
import { startSearch } from '../search/searchRun.js'
import { changeTable, loadPage, PAGE, selectRow, useTable, type Sort } from './libraryStore.js'

const ROW = 42
const COLUMNS: readonly [Sort, string][] = [
  ['number', s.library.columns.number],
  ['finding', s.library.columns.finding],
  ['patient', s.library.columns.patient],
  ['age', s.library.columns.age],
  ['view', s.library.columns.view],
  ['date', s.library.columns.date],
  ['source', s.library.columns.source],
  ['notes', s.library.columns.notes],
]

function Head() {
  const { sort, descending } = useTable()
  return (
    <div className="case-row head" role="row">
      <span role="columnheader" aria-label={s.library.columns.select} />
      <span role="columnheader" aria-label={s.library.columns.image} />
      {COLUMNS.map(([id, name]) => (
        <span
          key={id}
          role="columnheader"
          className={`c-${id}`}
          aria-sort={sort === id ? (descending ? 'descending' : 'ascending') : 'none'}
        >
          <button
            type="button"
            onClick={() => changeTable({ sort: id, descending: sort === id ? !descending : false })}
          >
            {name}
            {sort === id &&
              (descending ? (
                <ArrowDown className="s" aria-hidden="true" />
              ) : (
                <ArrowUp className="s" aria-hidden="true" />
              ))}
          </button>
        </span>
      ))}
    </div>
  )
}

function Row({ row, index, top }: { row: CaseRow | undefined; index: number; top: number }) {
  const selected = useTable((table) => (row ? table.selected.has(row.caseId) : false))
  const identity = useIdentity()
  const style = { transform: `translateY(${top}px)`, height: ROW }
  if (!row)
    return (
      <div className="case-row" role="row" aria-rowindex={index + 2} style={style}>
        <span role="cell" />
        <span role="cell">
          <span className="sk thumb-s" />
        </span>
        <span role="cell">
          <span className="sk sk-line" />
        </span>
      </div>
    )
  return (
    <div
      className={`case-row ${selected ? 'sel' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      style={style}
      onDoubleClick={() => startSearch({ kind: 'image', imageId: row.imageId })}
    >
      <span role="cell">
        <input
          type="checkbox"
          className="check"
          aria-label={s.library.selectRow(row.number)}
          checked={selected}
          onChange={(event) => selectRow(row.caseId, event.target.checked)}
        />
      </span>
      <span role="cell">
        <Picture
          className="thumb-s"
          source={{ kind: 'image', imageId: row.imageId }}
          alt=""
          synthetic={false}
          maxSide={128}
          small
        />
      </span>
      <span role="cell" className="c-number">
        <button
          type="button"
          className="link mono"
          title={s.library.useAsQuery}
          onClick={() => startSearch({ kind: 'image', imageId: row.imageId })}
        >
          {row.number}
        </button>
      </span>
      <span role="cell">
        <FindingPill findings={row.findings} />
      </span>
      <span role="cell" className="clip c-patient">
        {identity.number(row.study)}
      </span>
      <span role="cell" className="c-age">
        {ageSex(row.study)}
      </span>
      <span role="cell" className="c-view">
        {viewName(row.study, row.view)}
      </span>
      <span role="cell" className="c-date">
        {identity.day(row.study.studyDate)}
      </span>
      <span role="cell" className="clip c-source">
        {row.source}
      </span>
      <span role="cell" className="num c-notes">
        {row.notes}
      </span>
    </div>
  )
}

export function CaseTable() {
  const { total, pages } = useTable()
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items[items.length - 1]?.index ?? 0
  useEffect(() => {
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) void loadPage(page)
  }, [first, last, pages])
  return (
    <div className="case-table" role="table" aria-label={s.library.table} aria-rowcount={total + 1}>
      <div role="rowgroup" className="case-headbox">
        <Head />
      </div>
      <div className="case-scroll" ref={box} role="rowgroup" tabIndex={0} aria-label={s.library.table}>
        <div className="case-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <Row
              key={item.key}
              index={item.index}
              top={item.start}
              row={pages[Math.floor(item.index / PAGE)]?.[item.index % PAGE]}
            />
          ))}
        </div>
      </div>
    </div>
  )
}
