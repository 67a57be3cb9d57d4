/** Turns a drop or a paste into the files and folders it carries. */
import type { DroppedFile, GrantedSource } from '@shared/bridge.js'
import { host } from './client.js'

function readEntries(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject))
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

async function walk(entry: FileSystemEntry, into: DroppedFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await fileOf(entry as FileSystemFileEntry)
    into.push({ file, relativePath: entry.fullPath.replace(/^\//, '') })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // readEntries gives at most 100 at a time and must be asked until it has nothing left.
  for (let batch = await readEntries(reader); batch.length > 0; batch = await readEntries(reader)) {
    for (const child of batch) await walk(child, into)
  }
}

/**
 * Sources of a drop. In Electron a folder stays one source, because main knows its path; in a browser the
 * folder is read here. The items must be taken synchronously: the browser empties them after the event.
 */
export async function sourcesOfTransfer(transfer: DataTransfer): Promise<GrantedSource[]> {
  const files: DroppedFile[] = []
  if (host().host === 'electron') {
    for (const file of Array.from(transfer.files)) files.push({ file, relativePath: file.name })
    return host().sourcesOf(files)
  }
  const entries: FileSystemEntry[] = []
  const loose: File[] = []
  for (const item of Array.from(transfer.items)) {
    if (item.kind !== 'file') continue
    const entry = item.webkitGetAsEntry()
    const file = item.getAsFile()
    if (entry) entries.push(entry)
    else if (file) loose.push(file)
  }
  for (const entry of entries) await walk(entry, files)
  for (const file of loose) files.push({ file, relativePath: file.name })
  return host().sourcesOf(files)
}

/** True while the drag carries files, not text or a link. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer !== null && Array.from(transfer.types).includes('Files')
}
