/** Short notes of success, with undo where there is one. Errors never come here: they stay where they happened. */
import { create } from 'zustand'

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

const undoStack: { id: number; undo: () => void }[] = []

/** Takes back the last edit that can be taken back. */
export function undoLast(): boolean {
  const entry = undoStack.pop()
  if (!entry) return false
  dismissToast(entry.id)
  entry.undo()
  return true
}

/** Runs one toast's undo, and takes it off the stack. */
export function undoToast(toastToUndo: Toast): void {
  const at = undoStack.findIndex((entry) => entry.id === toastToUndo.id)
  if (at >= 0) undoStack.splice(at, 1)
  dismissToast(toastToUndo.id)
  toastToUndo.undo?.()
}
