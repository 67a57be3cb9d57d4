/** The query's picture, and the region on it: drawn with the mouse, or moved with the arrow keys. */
import type { OpenedImage, Region } from '@shared/domain/images.js'
import { useEffect, useRef, useState } from 'react'
import { useIdentity } from '../../app/identity.js'
import { s } from '../../strings/strings.js'
import { Picture } from '../../ui/Picture.js'
import { fitted, largeEnough, nudged, regionBetween } from './region.js'
import { changeQuestion } from './question.js'
import { QUERY_SIDE } from './searchRun.js'
import { type Search, isHeldBack } from './searchState.js'
import { useSearchUi } from './searchUi.js'

const STEP = 0.02
const START: Region = { x: 0.3, y: 0.4, width: 0.3, height: 0.3 }

export function QueryImage({ search, image }: { search: Search; image: OpenedImage }) {
  const identity = useIdentity()
  const { drawing, seen } = useSearchUi()
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 280, height: 248 })
  const [draft, setDraft] = useState<Region | undefined>(undefined)
  const anchor = useRef<{ x: number; y: number } | undefined>(undefined)
  useEffect(() => {
    const node = box.current
    if (!node) return
    const watch = new ResizeObserver(() => setSize({ width: node.clientWidth, height: node.clientHeight }))
    watch.observe(node)
    return () => watch.disconnect()
  }, [])
  useEffect(() => {
    if (!drawing) setDraft(undefined)
    else {
      setDraft(search.question.region ?? START)
      box.current?.focus()
    }
  }, [drawing, search.question.region])
  const place = fitted(size.width, size.height, image.facts.columns, image.facts.rows)
  const shown = draft ?? search.question.region
  const at = (event: React.PointerEvent) => {
    const rect = box.current?.getBoundingClientRect()
    return {
      x: (event.clientX - (rect?.left ?? 0) - place.left) / place.width,
      y: (event.clientY - (rect?.top ?? 0) - place.top) / place.height,
    }
  }
  const apply = (region: Region | undefined) => {
    useSearchUi.setState({ drawing: false })
    if (region && largeEnough(region)) changeQuestion(search.id, { region })
  }
  const onKey = (event: React.KeyboardEvent) => {
    if (!drawing || !draft) return
    const dx = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key] ?? 0
    const dy = { ArrowUp: -STEP, ArrowDown: STEP }[event.key] ?? 0
    if (dx !== 0 || dy !== 0) setDraft(nudged(draft, dx, dy, event.shiftKey))
    else if (event.key === 'Enter') apply(draft)
    else if (event.key === 'Escape') useSearchUi.setState({ drawing: false })
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      ref={box}
      className={`query-image ${drawing ? 'drawing' : ''} ${search.question.invert && !seen ? 'inverted' : ''}`}
      role={drawing ? 'application' : 'group'}
      aria-label={drawing ? s.search.drawRegion : s.search.query}
      tabIndex={drawing ? 0 : -1}
      onKeyDown={onKey}
      onPointerDown={(event) => {
        if (!drawing) return
        event.currentTarget.setPointerCapture(event.pointerId)
        anchor.current = at(event)
      }}
      onPointerMove={(event) => anchor.current && setDraft(regionBetween(anchor.current, at(event)))}
      onPointerUp={(event) => {
        if (!anchor.current) return
        const region = regionBetween(anchor.current, at(event))
        anchor.current = undefined
        apply(region)
      }}
    >
      <Picture
        source={{ kind: 'query', queryId: image.queryId }}
        alt={isHeldBack(search) ? s.search.query : `${s.search.query}: ${identity.file(image.facts.file)}`}
        synthetic={image.facts.synthetic}
        maxSide={QUERY_SIDE}
        seen={seen}
        first
      />
      {shown && (
        <span
          className="region-box"
          role="img"
          aria-label={s.search.regionBox}
          style={{
            left: place.left + shown.x * place.width,
            top: place.top + shown.y * place.height,
            width: shown.width * place.width,
            height: shown.height * place.height,
          }}
        />
      )}
    </div>
  )
}
