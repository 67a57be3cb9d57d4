/** A dialog over the screen: focus goes in, stays in, and returns to where it was. */
import { X } from 'lucide-react'
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { s } from '../strings/strings.js'

/** Keeps Tab inside `node` and gives focus back at the end. */
export function useFocusTrap(ref: React.RefObject<HTMLElement | null>, onClose: () => void): void {
  const close = useRef(onClose)
  close.current = onClose
  useEffect(() => {
    const node = ref.current
    if (!node) return
    const before = document.activeElement
    const focusables = () =>
      Array.from(
        node.querySelectorAll<HTMLElement>(
          'button:not(:disabled), input, select, textarea, a[href], [tabindex="0"]',
        ),
      )
    const wanted = node.querySelector<HTMLElement>('[data-autofocus]') ?? focusables()[0]
    wanted?.focus()
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        event.preventDefault()
        event.stopPropagation()
        close.current()
      }
      if (event.key !== 'Tab') return
      const all = focusables()
      const first = all[0]
      const last = all[all.length - 1]
      if (!first || !last) return
      if (event.shiftKey && document.activeElement === first) {
        event.preventDefault()
        last.focus()
      } else if (!event.shiftKey && document.activeElement === last) {
        event.preventDefault()
        first.focus()
      }
    }
    node.addEventListener('keydown', onKey)
    return () => {
      node.removeEventListener('keydown', onKey)
      if (before instanceof HTMLElement) before.focus()
    }
  }, [ref])
}

type Props = { title: string; onClose: () => void; wide?: boolean; children: ReactNode; actions?: ReactNode }

export function Dialog({ title, onClose, wide = false, children, actions }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const id = useId()
  useFocusTrap(box, onClose)
  return (
    <div className="scrim" onMouseDown={(event) => event.target === event.currentTarget && onClose()}>
      <div
        ref={box}
        className={`dialog ${wide ? 'wide' : ''}`}
        role="dialog"
        aria-modal="true"
        aria-labelledby={id}
      >
        <div className="row">
          <h2 id={id} className="lg">
            {title}
          </h2>
          <button type="button" className="btn ghost icon end" aria-label={s.shell.close} onClick={onClose}>
            <X aria-hidden="true" />
          </button>
        </div>
        {children}
        {actions !== undefined && <div className="row wrap">{actions}</div>}
      </div>
    </div>
  )
}
