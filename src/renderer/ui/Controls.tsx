/** Segment, toggle, slider: native elements with the roles their looks promise. */
import type { ReactNode } from 'react'

type SegmentProps<T extends string> = {
  label: string
  value: T
  options: readonly (readonly [T, ReactNode, string?])[]
  onChange: (value: T) => void
}

export function Segment<T extends string>({ label, value, options, onChange }: SegmentProps<T>) {
  const move = (event: React.KeyboardEvent, step: number) => {
    const at = options.findIndex(([id]) => id === value)
    const next = options[(at + step + options.length) % options.length]
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    onChange(next[0])
    const buttons = event.currentTarget.querySelectorAll('button')
    buttons[(at + step + options.length) % options.length]?.focus()
  }
  return (
    <div
      className="seg"
      role="radiogroup"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight' || event.key === 'ArrowDown') move(event, 1)
        if (event.key === 'ArrowLeft' || event.key === 'ArrowUp') move(event, -1)
      }}
    >
      {options.map(([id, content, name]) => (
        <button
          key={id}
          type="button"
          role="radio"
          aria-checked={id === value}
          aria-label={name}
          tabIndex={id === value ? 0 : -1}
          onClick={() => onChange(id)}
        >
          {content}
        </button>
      ))}
    </div>
  )
}

export function Toggle({
  label,
  on,
  onChange,
}: {
  label: string
  on: boolean
  onChange: (on: boolean) => void
}) {
  return (
    <button
      type="button"
      className="toggle"
      role="switch"
      aria-checked={on}
      aria-label={label}
      onClick={() => onChange(!on)}
    />
  )
}

type SliderProps = {
  label: string
  value: number
  min: number
  max: number
  step: number
  onChange: (value: number) => void
}

export function Slider({ label, value, min, max, step, onChange }: SliderProps) {
  const fill = `${((value - min) / (max - min)) * 100}%`
  return (
    <input
      type="range"
      className="slider"
      aria-label={label}
      min={min}
      max={max}
      step={step}
      value={value}
      style={{ '--fill': fill } as React.CSSProperties}
      onChange={(event) => onChange(Number(event.target.value))}
    />
  )
}
