/** A button that opens a menu. Arrow keys move, Escape closes, focus returns to the button. */
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'

export type MenuItem = {
  id: string
  label: string
  checked?: boolean
  disabled?: boolean
  hint?: string
  run: () => void
}

type Props = {
  label: ReactNode
  name?: string
  className?: string
  items: readonly MenuItem[]
  align?: 'left' | 'right'
  heading?: string
  /** Stays open while choices are ticked. */
  stays?: boolean
}

export function Menu({
  label,
  name,
  className = 'btn',
  items,
  align = 'left',
  heading,
  stays = false,
}: Props) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLSpanElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  useEffect(() => {
    if (!open) return
    root.current?.querySelector<HTMLElement>('[role^="menuitem"]')?.focus()
    const outside = (event: MouseEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false)
    }
    document.addEventListener('mousedown', outside)
    return () => document.removeEventListener('mousedown', outside)
  }, [open])
  const onKey = (event: React.KeyboardEvent) => {
    if (!open) return
    const all = Array.from(root.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])
    const at = all.indexOf(document.activeElement as HTMLElement)
    if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.preventDefault()
      setOpen(false)
      button.current?.focus()
    } else if (event.key === 'ArrowDown') {
      event.preventDefault()
      all[(at + 1) % all.length]?.focus()
    } else if (event.key === 'ArrowUp') {
      event.preventDefault()
      all[(at + all.length - 1) % all.length]?.focus()
    } else return
    event.stopPropagation()
  }
  return (
    <span className="anchor" ref={root} onKeyDown={onKey}>
      <button
        ref={button}
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={name}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div
          className="menu"
          role="menu"
          id={id}
          aria-label={heading ?? name}
          style={{ top: '100%', [align]: 0, marginTop: 4 }}
        >
          {items.map((item) => (
            <button
              key={item.id}
              type="button"
              role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
              aria-checked={item.checked}
              disabled={item.disabled}
              onClick={() => {
                if (!stays) {
                  setOpen(false)
                  button.current?.focus()
                }
                item.run()
              }}
            >
              {item.checked !== undefined && <span aria-hidden="true">{item.checked ? '✓' : ' '}</span>}
              <span className="clip">{item.label}</span>
              {item.hint !== undefined && <span className="end t3 xs">{item.hint}</span>}
            </button>
          ))}
        </div>
      )}
    </span>
  )
}
