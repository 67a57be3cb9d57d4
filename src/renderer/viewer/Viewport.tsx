/**
 * One image with its four corners. Drawing happens outside React: a change of the view asks for one frame of
 * the screen, however often it comes.
 */
import type { ImageRef } from '@shared/domain/images.js'
import type { ViewerFrame } from '@shared/domain/viewer.js'
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { usePrefs } from '../app/prefs.js'
import { previewAtHand } from '../host/previews.js'
import { s } from '../strings/strings.js'
import { Picture } from '../ui/Picture.js'
import { ProblemMessage } from '../ui/Message.js'
import { apply, edgeLetters, fitScale, inverse, isHome, placed, type Affine } from './geometry.js'
import type { Drawing, Lens, Shade } from './drawing.js'
import { drawingOn } from './drawingOn.js'
import { measureText } from './measure.js'
import { drawHeat, drawMark, type HeatLayer } from './overlay.js'
import { PointerTool } from './pointer.js'
import { shadeOf } from './shade.js'
import { useFrame } from './useFrame.js'
import {
  changeView,
  fitted,
  frameCounts,
  rememberView,
  stepFrame,
  useViewer,
  type Slot,
} from './viewerStore.js'
import './viewer.css'

type Props = {
  slot: Slot
  source: ImageRef
  name: string
  topLeft: ReactNode
  topRight: ReactNode
  bottomRight: ReactNode
  heat?: HeatLayer | undefined
  /** The place under the pointer, as a fraction of the image; undefined when it leaves. */
  onHover?: (place: { x: number; y: number } | undefined) => void
}

const LENS_RADIUS = 110

/** MONOCHROME1 is always named: low values are white. So is grey that the file stores as colour. */
function storedAs({ format, photometric }: ViewerFrame): string[] {
  if (photometric === 'MONOCHROME1') return [photometric]
  return format !== 'rgb8' && /RGB|YBR|PALETTE/.test(photometric) ? [s.compare.greyInColour] : []
}

/** Window, zoom and what was done to the grey values, a line each. */
function viewWords(frame: ViewerFrame, shade: Shade, inverted: boolean, scale: number): string {
  const window =
    shade.function === 'LUT'
      ? s.compare.lut
      : `${s.compare.w} ${Math.round(shade.width)} ${s.compare.l} ${Math.round(shade.center)}`
  const zoom = `${s.compare.zoomShort} ${scale.toFixed(2)}${frame.originalResolution ? '' : `, ${s.compare.reduced}`}`
  const grey =
    frame.format === 'rgb8' ? s.compare.colour : `${window}${inverted ? `, ${s.compare.inverted}` : ''}`
  return [grey, ...storedAs(frame), zoom].join('\n')
}

export function Viewport({ slot, source, name, topLeft, topRight, bottomRight, heat, onHover }: Props) {
  const id = source.kind === 'query' ? source.queryId : source.imageId
  // What changes with every move of the pointer is drawn outside React; only this much makes it draw again.
  const { active, lens, linked, seen } = useViewer(
    useShallow(({ active, lens, linked, seen }) => ({ active: active === slot, lens, linked, seen })),
  )
  const wanted = useViewer(({ views }) => views[slot].frame)
  const home = useViewer(({ views }) => isHome(views[slot]))
  const { turns, flipH, flipV } = useViewer(
    useShallow(({ views }) => {
      const { turns, flipH, flipV } = views[slot]
      return { turns, flipH, flipV }
    }),
  )
  const { frame, problem } = useFrame(source.kind, id, wanted)
  const image = useRef<HTMLCanvasElement>(null)
  const over = useRef<HTMLCanvasElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const words = useRef<HTMLDivElement>(null)
  const overlaid = useRef(false)
  const renderer = useRef<Drawing | undefined>(undefined)
  const place = useRef<Affine>([1, 0, 0, 1, 0, 0])
  const lensAt = useRef<Lens>(undefined)
  const pending = useRef(0)
  const pointer = useMemo(() => new PointerTool(slot), [slot])
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [plain, setPlain] = useState(false)
  const latest = useRef({ frame, heat })
  latest.current = { frame, heat }

  const draw = useCallback(() => {
    pending.current = 0
    const { frame: shown, heat: layer } = latest.current
    const { views, marks } = useViewer.getState()
    const [now, drawn] = [views[slot], marks[slot]]
    const canvas = image.current
    const ctx = over.current?.getContext('2d')
    if (!canvas || !ctx || !shown) return
    const { width, height } = canvas
    const ratio = window.devicePixelRatio
    fitted.set(
      slot,
      fitScale(width / ratio, height / ratio, shown.columns, shown.rows, shown.aspect, now.turns),
    )
    place.current = placed(now, width, height, shown.columns, shown.rows, shown.aspect)
    const shade = shadeOf(shown, now)
    renderer.current?.draw(place.current, canvas, shade, lensAt.current)
    const scale = (fitted.get(slot) ?? 0) * now.zoom
    if (words.current) words.current.textContent = viewWords(shown, shade, now.invert, scale)
    const covers = layer !== undefined || drawn.length > 0 || pointer.draft !== undefined
    if (!covers && !overlaid.current) return
    overlaid.current = covers
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, width, height)
    if (layer) drawHeat(ctx, place.current, shown.columns, shown.rows, layer)
    for (const mark of pointer.draft ? [...drawn, pointer.draft] : drawn)
      drawMark(ctx, place.current, mark, measureText(mark, shown))
  }, [pointer, slot])
  const ask = useCallback(() => {
    if (pending.current === 0) pending.current = requestAnimationFrame(draw)
  }, [draw])

  useEffect(() => {
    if (!image.current || !box.current) return
    renderer.current = drawingOn(image.current)
    setPlain(renderer.current === undefined)
    const watch = new ResizeObserver(([entry]) => {
      if (!entry || !image.current || !over.current) return
      const ratio = window.devicePixelRatio
      const { width, height } = entry.contentRect
      for (const canvas of [image.current, over.current]) {
        canvas.width = Math.max(1, Math.round(width * ratio))
        canvas.height = Math.max(1, Math.round(height * ratio))
      }
      setSize({ width, height })
      ask()
    })
    watch.observe(box.current)
    return () => {
      watch.disconnect()
      cancelAnimationFrame(pending.current)
      pending.current = 0
      // Browsers keep few contexts alive: one that is not given back takes another viewport's.
      renderer.current?.dispose()
      renderer.current = undefined
    }
  }, [ask])
  useEffect(() => {
    if (frame) {
      renderer.current?.load(frame)
      frameCounts.set(slot, frame.frames)
    }
    ask()
  }, [frame, ask, slot])
  useEffect(ask)
  useEffect(
    () =>
      useViewer.subscribe((now, before) => {
        const marked = now.marks[slot] !== before.marks[slot]
        // A mark half drawn belongs to the tool, the image and the viewport it was begun with.
        const gone = (marked || now.tool !== before.tool || now.active !== slot) && pointer.drop()
        if (gone || marked || now.views[slot] !== before.views[slot]) ask()
      }),
    [ask, slot, pointer],
  )

  const soon = frame || problem || !home ? undefined : previewAtHand(source)
  const letters =
    frame?.orientation && !seen ? edgeLetters(frame.orientation, { turns, flipH, flipV }) : undefined
  return (
    <div
      ref={box}
      className={`vp ${active ? 'sel' : ''}`}
      id={`viewport-${slot}`}
      role="group"
      tabIndex={0}
      aria-label={s.compare.viewport(name)}
      onFocus={() => useViewer.setState({ active: slot })}
      onContextMenu={(event) => event.preventDefault()}
      // The middle button pans: it neither scrolls by itself nor pastes what was selected elsewhere.
      onMouseDown={(event) => event.button === 1 && event.preventDefault()}
      onMouseUp={(event) => event.button === 1 && event.preventDefault()}
      onPointerDown={(event) => pointer.down(event, place.current)}
      onPointerMove={(event) => {
        if (!frame) return
        if (pointer.move(event, place.current, size, frame)) ask()
        const rect = event.currentTarget.getBoundingClientRect()
        const ratio = window.devicePixelRatio
        const [px, py] = [(event.clientX - rect.left) * ratio, (event.clientY - rect.top) * ratio]
        lensAt.current = lens ? { x: px, y: py, radius: LENS_RADIUS * ratio } : undefined
        if (lens) ask()
        const [x, y] = apply(inverse(place.current), px, py)
        onHover?.(
          x >= 0 && y >= 0 && x < frame.columns && y < frame.rows
            ? { x: x / frame.columns, y: y / frame.rows }
            : undefined,
        )
      }}
      onPointerUp={() => {
        pointer.up(place.current)
        ask()
      }}
      onPointerCancel={() => {
        pointer.up(place.current)
        if (pointer.drop()) ask()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !pointer.drop()) return
        // Escape gives up the mark before it leaves the screen.
        event.stopPropagation()
        ask()
      }}
      onPointerLeave={() => {
        lensAt.current = undefined
        onHover?.(undefined)
        ask()
      }}
      onWheel={(event) => {
        const step = Math.sign(event.deltaY)
        rememberView()
        const zooms = usePrefs.getState().mouse.wheel === 'zoom'
        if (zooms || event.ctrlKey || (frame?.frames ?? 1) === 1)
          changeView(slot, (now) => ({
            zoom: Math.min(20, Math.max(0.2, now.zoom * Math.exp(-step * 0.12))),
          }))
        else stepFrame(slot, step)
      }}
    >
      {plain && <Picture className="plain" source={source} alt={name} synthetic={false} maxSide={2048} />}
      {seen && (
        <Picture
          className="plain"
          source={source}
          alt={s.compare.seen}
          synthetic={false}
          maxSide={640}
          seen
        />
      )}
      {/* The picture the hit was chosen by, until the original is read: it lies where that will lie. */}
      {soon && <img className="vp-soon" src={soon.url} alt="" draggable={false} />}
      <canvas ref={image} className={plain || soon || seen ? 'gone' : ''} />
      <canvas ref={over} className={seen ? 'gone' : ''} />
      {problem && (
        <div className="vp-problem">
          <ProblemMessage problem={problem} />
        </div>
      )}
      <div className="o tl">{topLeft}</div>
      <div className="o tr">
        {topRight}
        {frame && frame.frames > 1 && <div>{s.compare.frame(wanted + 1, frame.frames)}</div>}
      </div>
      <div className="o bl">
        {seen ? (
          <div className="vp-words">{[s.compare.seen, ...(frame ? storedAs(frame) : [])].join('\n')}</div>
        ) : (
          <div ref={words} className="vp-words" />
        )}
        {plain && <div className="vp-plain">{s.compare.noCanvas}</div>}
      </div>
      <div className="o br">{bottomRight}</div>
      {letters && (
        <>
          <b className="o ml">{letters.left}</b>
          <b className="o mr">{letters.right}</b>
          <b className="o mt">{letters.top}</b>
          <b className="o mb">{letters.bottom}</b>
        </>
      )}
      {frame?.synthetic && <span className="synthetic">{s.shell.syntheticBadge}</span>}
      {!frame && !problem && (
        <span className={`vp-wait spin ${soon ? 'later' : ''}`} role="status" aria-label={s.shell.loading} />
      )}
      {linked && <span className="sr">{s.compare.linked}</span>}
    </div>
  )
}
