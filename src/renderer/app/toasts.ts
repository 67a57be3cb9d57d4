/** Short notes of success, with undo where there is one. Errors never come here: they stay where they happened. */
import { create } from 'zustand'
import { current, type Screen } from './nav.js'

export type Toast = { id: number; text: string; undo?: () => void }
const SECONDS = 7

let last = 0
export const useToasts = create<{ toasts: Toast[] }>(() => ({ toasts: [] }))

export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }))
}

export function toast(text: string, undo?: () => void): void {
  const id = ++last
  const entry: Toast = { id, text, ...(undo ? { undo } : {}) }
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), entry] }))
  window.setTimeout(() => dismissToast(id), SECONDS * 1000)
  if (undo) undoStack.push({ id, undo })
}

const KEPT = 100
/** What `undo` answers does the thing again. */
type Entry = { id?: number; screen?: Screen; undo: () => void | (() => void) }
const undoStack: Entry[] = []
/** Taken back last, and done again first; anything new empties it. */
const redoStack: { screen: Screen; entry: Entry; redo: () => void }[] = []

/**
 * Something done without a note that Ctrl Z takes back on its own screen, such as a turn of an image.
 * @param undo takes it back and answers what does it again
 */
export function rememberUndo(screen: Screen, undo: () => () => void): void {
  undoStack.push({ screen, undo })
  if (undoStack.length > KEPT) undoStack.shift()
  redoStack.length = 0
}

/** Does again what was taken back last here. */
export function redoLast(): boolean {
  const here = current().screen
  const at = redoStack.findLastIndex(({ screen }) => screen === here)
  const [again] = at < 0 ? [] : redoStack.splice(at, 1)
  if (!again) return false
  undoStack.push(again.entry)
  again.redo()
  return true
}

/** Takes back the last thing that can be taken back here. */
export function undoLast(): boolean {
  const here = current().screen
  const at = undoStack.findLastIndex(({ screen }) => screen === undefined || screen === here)
  const [entry] = at < 0 ? [] : undoStack.splice(at, 1)
  if (!entry) return false
  if (entry.id !== undefined) dismissToast(entry.id)
  const redo = entry.undo()
  if (redo && entry.screen !== undefined) redoStack.push({ screen: entry.screen, entry, redo })
  return true
}

/** Runs one toast's undo, and takes it off the stack. */
export function undoToast(toastToUndo: Toast): void {
  const at = undoStack.findIndex((entry) => entry.id === toastToUndo.id)
  if (at >= 0) undoStack.splice(at, 1)
  dismissToast(toastToUndo.id)
  toastToUndo.undo?.()
}
