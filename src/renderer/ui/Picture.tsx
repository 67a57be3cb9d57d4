/**
 * A preview on black, at a box whose size is known before the picture is: nothing on the page ever moves.
 * It is asked for only when near the screen, and let go of when it leaves. SYNTHETIC is drawn on drawn cases.
 */
import type { ImageRef } from '@shared/domain/images.js'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { previewOf, previewProblem, holdPreview } from '../host/previews.js'
import { s } from '../strings/strings.js'

type Props = {
  source: ImageRef
  alt: string
  synthetic: boolean
  maxSide?: number
  seen?: boolean
  className?: string
  small?: boolean
  /** It comes before every picture that waits. */
  first?: boolean
}

export function Picture({
  source,
  alt,
  synthetic,
  maxSide = 320,
  seen = false,
  className = '',
  small = false,
  first = false,
}: Props) {
  const box = useRef<HTMLSpanElement>(null)
  const [near, setNear] = useState(false)
  const id = source.kind === 'query' ? source.queryId : source.imageId
  useEffect(() => {
    const node = box.current
    if (!node) return
    const watch = new IntersectionObserver(
      (seenEntries) => setNear(seenEntries.some((entry) => entry.isIntersecting)),
      { rootMargin: '300px' },
    )
    watch.observe(node)
    return () => watch.disconnect()
  }, [])
  const preview = useSyncExternalStore(
    (changed) =>
      near ? holdPreview(refOf(source.kind, id), maxSide, seen, changed, first) : () => undefined,
    () => previewOf(refOf(source.kind, id), maxSide, seen),
  )
  const failed = !preview && near && previewProblem(refOf(source.kind, id), maxSide, seen) !== undefined
  return (
    <span ref={box} className={`pic ${small ? 'small' : ''} ${className}`}>
      {preview ? (
        <img src={preview.url} alt={alt} draggable={false} width={preview.columns} height={preview.rows} />
      ) : (
        <span className="sr">{failed ? `${alt}: ${s.messages.notAnImage}` : alt}</span>
      )}
      {synthetic && (
        <span className="synthetic" aria-hidden={small}>
          {s.shell.syntheticBadge}
        </span>
      )}
    </span>
  )
}

function refOf(kind: ImageRef['kind'], id: string): ImageRef {
  return kind === 'query' ? { kind: 'query', queryId: id } : { kind: 'image', imageId: id }
}
