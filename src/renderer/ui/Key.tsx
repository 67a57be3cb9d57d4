/** Key caps as the system calls them. */
import { host } from '../host/client.js'

const MAC: Record<string, string> = { Ctrl: '⌘', Shift: '⇧', Alt: '⌥' }

/** `Ctrl K` in the words of this system. */
export function keyText(keys: string): string {
  if (host().platform !== 'darwin') return keys
  return keys
    .split(' ')
    .map((part) => MAC[part] ?? part)
    .join('')
}

const CAPS: readonly (readonly [RegExp, string])[] = [
  [/ArrowLeft/, '←'],
  [/ArrowRight/, '→'],
  [/ArrowUp/, '↑'],
  [/ArrowDown/, '↓'],
  [/PageDown/, 'PgDn'],
  [/PageUp/, 'PgUp'],
]

/** A key's name as people read it on this system. */
export const keyName = (keys: string): string =>
  keyText(CAPS.reduce((text, [pattern, cap]) => text.replace(pattern, cap), keys))

export function Key({ keys }: { keys: string }) {
  return <kbd aria-hidden="true">{keyText(keys)}</kbd>
}
