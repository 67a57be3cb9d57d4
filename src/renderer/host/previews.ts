/**
 * Previews as blob URLs. At most `CAPACITY` are kept; the least recently shown is revoked first, never one
 * that is on the screen. Few are asked for at a time, newest wish first, so that scrolling stays quick; the query's
 * picture comes before all of them, as everything else on the screen is set against it.
 */
import type { ImageRef } from '@shared/domain/images.js'
import type { Problem } from '@shared/errors.js'
import { call } from './client.js'

const CAPACITY = 400
const PARALLEL = 6

export type Preview = { url: string; rows: number; columns: number }
type Entry = { users: number; preview?: Preview; problem?: Problem; listeners: Set<() => void> }
type Wish = { key: string; ref: ImageRef; maxSide: number; seen: boolean; first: boolean }

const entries = new Map<string, Entry>()
let wishes: Wish[] = []
let running = 0

export function previewKey(ref: ImageRef, maxSide: number, seen: boolean): string {
  const id = ref.kind === 'query' ? ref.queryId : ref.imageId
  return `${ref.kind} ${id} ${maxSide} ${seen ? 'seen' : ''}`
}

function evict(): void {
  if (entries.size <= CAPACITY) return
  for (const [key, entry] of entries) {
    if (entry.users > 0) continue
    if (entry.preview) URL.revokeObjectURL(entry.preview.url)
    entries.delete(key)
    if (entries.size <= CAPACITY) return
  }
}

async function fetchOne(wish: Wish): Promise<void> {
  const answer = await call('images.preview', {
    ref: wish.ref,
    maxSide: wish.maxSide,
    ...(wish.seen ? { seen: true } : {}),
  })
  const entry = entries.get(wish.key)
  if (!entry) return
  if (answer.ok) {
    const { bytes, mime, rows, columns } = answer.value
    // The blob gets a copy of its own: the bytes may lie in a larger transport buffer.
    const url = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: mime }))
    entry.preview = { url, rows, columns }
  } else entry.problem = answer.problem
  for (const listener of entry.listeners) listener()
}

function pump(): void {
  while (running < PARALLEL) {
    const urgent = wishes.findLastIndex(({ first }) => first)
    const wish = urgent === -1 ? wishes.pop() : wishes.splice(urgent, 1)[0]
    if (!wish) return
    const entry = entries.get(wish.key)
    // Scrolled away before its turn: nobody waits for it any more.
    if (!entry || entry.users === 0) {
      entries.delete(wish.key)
      continue
    }
    running++
    void fetchOne(wish).finally(() => {
      running--
      pump()
    })
  }
}

/**
 * Asks for a preview and keeps it while in use. Returns the function that lets go of it.
 * @param first it goes before those that wait
 */
export function holdPreview(
  ref: ImageRef,
  maxSide: number,
  seen: boolean,
  listener: () => void,
  first = false,
): () => void {
  const key = previewKey(ref, maxSide, seen)
  let entry = entries.get(key)
  if (entry?.problem) {
    // A failed preview is asked for again when it is next shown.
    entries.delete(key)
    entry = undefined
  }
  if (entry) {
    entries.delete(key)
    entries.set(key, entry)
  } else {
    entry = { users: 0, listeners: new Set() }
    entries.set(key, entry)
    wishes.push({ key, ref, maxSide, seen, first })
  }
  const held = entry
  held.users++
  held.listeners.add(listener)
  evict()
  queueMicrotask(pump)
  return () => {
    held.users--
    held.listeners.delete(listener)
  }
}

/** Waits until a preview is there or has failed, however long its file takes; at most so many milliseconds. */
export function previewSettled(ref: ImageRef, maxSide: number, most: number): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      window.clearTimeout(timer)
      release()
      resolve()
    }
    const timer = window.setTimeout(settle, most)
    const release = holdPreview(ref, maxSide, false, settle, true)
    if (previewOf(ref, maxSide, false) !== undefined) settle()
  })
}

export function previewOf(ref: ImageRef, maxSide: number, seen: boolean): Preview | undefined {
  return entries.get(previewKey(ref, maxSide, seen))?.preview
}

/** The largest preview of an image that is here already, whatever its size. */
export function previewAtHand(ref: ImageRef): Preview | undefined {
  let best: Preview | undefined
  const start = `${ref.kind} ${ref.kind === 'query' ? ref.queryId : ref.imageId} `
  for (const [key, { preview }] of entries)
    if (preview && key.startsWith(start) && !key.endsWith('seen') && preview.rows > (best?.rows ?? 0))
      best = preview
  return best
}

export function previewProblem(ref: ImageRef, maxSide: number, seen: boolean): Problem | undefined {
  return entries.get(previewKey(ref, maxSide, seen))?.problem
}

/** Forgets everything, for another library: image ids name other images there. */
export function forgetPreviews(): void {
  wishes = []
  for (const [key, entry] of entries) {
    if (entry.preview) URL.revokeObjectURL(entry.preview.url)
    entries.delete(key)
  }
}
