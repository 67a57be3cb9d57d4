/** Everything that brings images in: dialogs, drops, paste. They are searched, or added with Shift. */
import type { GrantedSource } from '@shared/bridge.js'
import { create } from 'zustand'
import { startSearch } from '../features/search/searchRun.js'
import { startImport } from '../features/library/importStore.js'
import { host } from '../host/client.js'
import { carriesFiles, sourcesOfTransfer } from '../host/dropped.js'
import { toast } from './toasts.js'
import { s } from '../strings/strings.js'

export const useDrag = create<{ over: boolean; adding: boolean; reading: boolean }>(() => ({
  over: false,
  adding: false,
  reading: false,
}))

export async function openFiles(): Promise<void> {
  const sources = await host().pickFiles()
  if (sources && sources.length > 0) startSearch({ kind: 'sources', sources })
}
export async function openFolder(): Promise<void> {
  const sources = await host().pickFolder()
  if (sources && sources.length > 0) startSearch({ kind: 'sources', sources })
}
export async function addFolder(): Promise<void> {
  const sources = await host().pickFolder()
  if (sources && sources.length > 0) startImport(sources)
}
export async function addFiles(): Promise<void> {
  const sources = await host().pickFiles()
  if (sources && sources.length > 0) startImport(sources)
}

function takeIn(sources: GrantedSource[], adding: boolean): void {
  if (sources.length === 0) return
  if (adding) startImport(sources)
  else startSearch({ kind: 'sources', sources })
}

async function onDrop(event: DragEvent): Promise<void> {
  const { dataTransfer, shiftKey } = event
  useDrag.setState({ over: false })
  if (!dataTransfer || !carriesFiles(dataTransfer)) return
  event.preventDefault()
  useDrag.setState({ reading: true })
  try {
    takeIn(await sourcesOfTransfer(dataTransfer), shiftKey)
  } finally {
    useDrag.setState({ reading: false })
  }
}

async function onPaste(event: ClipboardEvent): Promise<void> {
  const target = event.target
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return
  const files = Array.from(event.clipboardData?.files ?? [])
  if (files.length === 0) {
    toast(s.messages.pasteNothing)
    return
  }
  event.preventDefault()
  takeIn(await host().sourcesOf(files.map((file) => ({ file, relativePath: file.name }))), false)
}

/** Takes drops and pastes on the whole window; called once at start. */
export function followIntake(): void {
  let depth = 0
  window.addEventListener('dragenter', (event) => {
    if (!carriesFiles(event.dataTransfer)) return
    depth++
    useDrag.setState({ over: true, adding: event.shiftKey })
  })
  window.addEventListener('dragover', (event) => {
    if (!carriesFiles(event.dataTransfer)) return
    event.preventDefault()
    if (useDrag.getState().adding !== event.shiftKey) useDrag.setState({ adding: event.shiftKey })
  })
  window.addEventListener('dragleave', (event) => {
    if (!carriesFiles(event.dataTransfer)) return
    depth = Math.max(0, depth - 1)
    if (depth === 0) useDrag.setState({ over: false })
  })
  window.addEventListener('drop', (event) => {
    depth = 0
    void onDrop(event)
  })
  window.addEventListener('paste', (event) => void onPaste(event))
}
