/** Hundreds and thousands of dropped images: rows of thumbnails, only those in sight in the document. */
import type { Opened, OpenedImage } from '@shared/domain/images.js'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { isHeldBack, type Search } from './searchState.js'
import { patientsOf, studyLine, Thumb, viewLabel } from './Thumb.js'

/** A thumbnail with its gap, as in search.css. */
const TILE = 56
const HEIGHT = 52
const LABEL = 18
const HEAD = 20

type Placed = { image: OpenedImage; place: number; description: string | undefined }
type Row = { head: string } | { images: Placed[] }

/** Each study's line, then its images in rows of `across`, numbered through the whole drop. */
function rowsOf(studies: Opened['studies'], across: number, hide: boolean, heldBack: boolean): Row[] {
  const patients = patientsOf(studies)
  const rows: Row[] = []
  let place = 0
  for (const study of studies) {
    const line = studies.length > 1 ? studyLine(study, patients, hide, heldBack) : ''
    if (line !== '') rows.push({ head: line })
    const images = study.series.flatMap(({ images: own, description }) =>
      own.map((image) => ({ image, place: place++, description })),
    )
    for (let at = 0; at < images.length; at += across) rows.push({ images: images.slice(at, at + across) })
  }
  return rows
}

function heightOf(row: Row | undefined): number {
  if (row === undefined || 'head' in row) return HEAD
  return HEIGHT + (row.images.some(({ image }) => viewLabel(image) !== undefined) ? LABEL : 0)
}

type Props = { search: Search; studies: Opened['studies']; hide: boolean; of: number }

export function ManyImages({ search, studies, hide, of }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const [across, setAcross] = useState(4)
  useEffect(() => {
    const node = box.current
    if (!node) return
    const watch = new ResizeObserver(() => setAcross(Math.max(1, Math.floor(node.clientWidth / TILE))))
    watch.observe(node)
    return () => watch.disconnect()
  }, [])
  const heldBack = isHeldBack(search)
  const rows = useMemo(() => rowsOf(studies, across, hide, heldBack), [studies, across, hide, heldBack])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => heightOf(rows[index]),
    overscan: 3,
  })
  useEffect(() => virtual.measure(), [rows, virtual])
  const shown = rows.findIndex(
    (row) => 'images' in row && row.images.some(({ image }) => image.queryId === search.queryId),
  )
  useEffect(() => {
    if (shown >= 0) virtual.scrollToIndex(shown, { align: 'auto' })
  }, [shown, virtual])
  return (
    <div ref={box} className="many-images" tabIndex={-1}>
      <div className="many-rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          const style = { transform: `translateY(${start}px)` }
          return 'head' in row ? (
            <span key={index} className="xs t3 clip many-row" style={style}>
              {row.head}
            </span>
          ) : (
            <ul key={index} className="series many-row" style={style}>
              {row.images.map(({ image, place, description }) => (
                <li key={image.queryId}>
                  <Thumb search={search} image={image} place={place} of={of} description={description} />
                </li>
              ))}
            </ul>
          )
        })}
      </div>
    </div>
  )
}
