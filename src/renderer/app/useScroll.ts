import { useCallback, useRef } from 'react'
import { useEntry } from './nav.js'

/** A ref for a scrolling box that remembers its place with the present step of the history. */
export function useScroll(name: string): (node: HTMLElement | null) => void {
  const entry = useEntry()
  const undo = useRef<(() => void) | undefined>(undefined)
  return useCallback(
    (node: HTMLElement | null) => {
      undo.current?.()
      undo.current = undefined
      if (!node) return
      node.scrollTop = entry.scroll[name] ?? 0
      const keep = () => {
        entry.scroll[name] = node.scrollTop
      }
      node.addEventListener('scroll', keep, { passive: true })
      undo.current = () => node.removeEventListener('scroll', keep)
    },
    [entry, name],
  )
}
