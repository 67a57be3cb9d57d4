/** One listener for all keys. Single letters act only where nobody types, and can be turned off. */
import type { Command } from './command.js'
import { commands, whyNot } from './commands.js'
import { back, current } from './nav.js'
import { useOverlay } from './overlays.js'
import { usePrefs } from './prefs.js'

const TYPING = new Set(['text', 'search', 'email', 'number', 'password', 'url', ''])

function typing(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
  return target instanceof HTMLInputElement && TYPING.has(target.type)
}

/** The key's name as the command list writes it: `Ctrl Shift H`, `I`, `?`, `PageDown`. */
export function nameOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): string {
  const parts: string[] = []
  if (event.ctrlKey || event.metaKey) parts.push('Ctrl')
  if (event.altKey) parts.push('Alt')
  const letter = event.key.length === 1 && /[a-z]/i.test(event.key)
  if (event.shiftKey && (letter || event.key.length > 1)) parts.push('Shift')
  parts.push(event.key === ' ' ? 'Space' : letter ? event.key.toUpperCase() : event.key)
  return parts.join(' ')
}

const plain = (name: string) => !name.startsWith('Ctrl') && !name.startsWith('Alt')

/** The command that a key means on this screen: a screen's own before a general one. */
export function commandFor(name: string, all: readonly Command[]): Command | undefined {
  const fits = all.filter((command) => command.keys?.includes(name))
  return (
    fits.find((command) => command.screens?.includes(current().screen)) ??
    fits.find((command) => command.screens === undefined)
  )
}

/** Elements that answer Space, Enter and arrows themselves. */
const OWN_KEYS = /^(Space|Enter|Arrow|Home|End|Page)/

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || useOverlay.getState().open !== undefined) return
  const name = nameOf(event)
  const { target } = event
  if (name === 'Escape') {
    if (typing(target)) (target as HTMLElement).blur()
    else if (current().screen === 'compare' || current().screen === 'report') back()
    return
  }
  if (plain(name)) {
    if (typing(target)) return
    const own =
      target instanceof Element && target.closest('button, a, input, [role="option"], [role="slider"]')
    if (own && OWN_KEYS.test(name)) return
    if (name.length === 1 && /[A-Z]/.test(name) && !usePrefs.getState().letters) return
  } else if (typing(target) && (name === 'Ctrl Z' || name === 'Ctrl A' || name === 'Ctrl C')) return
  const command = commandFor(name, commands())
  if (!command || whyNot(command) !== undefined) return
  event.preventDefault()
  command.run()
}

/** Called once at start. */
export function followKeys(): void {
  window.addEventListener('keydown', onKey)
}
