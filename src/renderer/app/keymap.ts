/** The reader's own keys: which may be bound, what they clash with, and how they are kept. */
import type { Command } from './command.js'
import { allCommands, commands } from './commands.js'
import { setPref, usePrefs } from './prefs.js'

/** Keys that the window, the system or typing needs; nobody may bind them. */
const RESERVED = new Set([
  'Escape',
  'Tab',
  'Shift Tab',
  'Ctrl A',
  'Ctrl C',
  'Ctrl V',
  'Ctrl X',
  'Ctrl W',
  'Ctrl Q',
  'Ctrl R',
  'F5',
])
const MODIFIERS = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Unidentified'])

export const isModifier = (key: string): boolean => MODIFIERS.has(key)
export const isReserved = (name: string): boolean => RESERVED.has(name)

/** Two commands clash when one key would have to mean both: on a screen they share, or everywhere. */
function meet(a: Command, b: Command): boolean {
  if (a.screens === undefined || b.screens === undefined) return a.screens === b.screens
  return a.screens.some((screen) => b.screens?.includes(screen))
}

/** The command that has this key already where `command` would act; undefined when it is free. */
export function holderOf(name: string, command: Command): Command | undefined {
  return commands().find(
    (other) => other.id !== command.id && other.keys?.includes(name) === true && meet(other, command),
  )
}

/** Gives a command one key instead of those it had, and takes the key from whoever held it there. */
export function bindKey(command: Command, name: string): void {
  const own = { ...usePrefs.getState().keys }
  const holder = holderOf(name, command)
  if (holder) own[holder.id] = (holder.keys ?? []).filter((key) => key !== name)
  own[command.id] = [name]
  setPref('keys', own)
}

export function clearKey(command: Command): void {
  setPref('keys', { ...usePrefs.getState().keys, [command.id]: [] })
}

/**
 * Gives a command its own keys back, except those that another command was given meanwhile.
 */
export function resetKey(command: Command): void {
  const { [command.id]: _dropped, ...rest } = usePrefs.getState().keys
  const original = allCommands().find(({ id }) => id === command.id)?.keys ?? []
  const free = original.filter((name) => holderOf(name, command) === undefined)
  setPref('keys', free.length === original.length ? rest : { ...rest, [command.id]: free })
}
