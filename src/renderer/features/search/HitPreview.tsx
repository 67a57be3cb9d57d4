import { useRef } from 'react'
import { s } from '../../strings/strings.js'
import { useFocusTrap } from '../../ui/Dialog.js'
import { Picture } from '../../ui/Picture.js'
import { hitName } from './HitCard.js'
import { majorityOf, selectedHit, type Search } from './searchState.js'
import { useSearchUi } from './searchUi.js'

function Shown({ search }: { search: Search }) {
  const box = useRef<HTMLDivElement>(null)
  const close = () => useSearchUi.setState({ previewing: false })
  useFocusTrap(box, close)
  const hit = selectedHit(search)
  if (!hit || search.queryId === undefined) return null
  return (
    <div
      ref={box}
      className="hit-preview"
      role="dialog"
      aria-label={`${s.search.preview}: ${hitName(hit, majorityOf(search.result))}`}
      onKeyDown={(event) => {
        if (event.key === ' ') {
          event.preventDefault()
          close()
        }
      }}
    >
      <figure>
        <Picture
          source={{ kind: 'query', queryId: search.queryId }}
          alt={s.search.query}
          synthetic={false}
          maxSide={1024}
        />
        <figcaption>{s.search.query}</figcaption>
      </figure>
      <figure>
        <Picture
          source={{ kind: 'image', imageId: hit.imageId }}
          alt={hit.caseId}
          synthetic={hit.synthetic}
          maxSide={1024}
        />
        <figcaption>{hitName(hit, majorityOf(search.result))}</figcaption>
      </figure>
      <button type="button" className="btn" onClick={close}>
        {s.shell.close} <kbd>Space</kbd>
      </button>
    </div>
  )
}

/** Space: the selected hit large beside the query, gone with Space again. */
export function HitPreview({ search }: { search: Search }) {
  const previewing = useSearchUi((ui) => ui.previewing)
  return previewing ? <Shown search={search} /> : null
}
