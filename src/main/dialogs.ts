/** The system's own dialogs, and files written for the window. */
import { basename, extname, join } from 'node:path'
import { problemOf, type Result } from '@shared/errors.js'
import { app, dialog, type BrowserWindow, type OpenDialogOptions, type SaveDialogOptions } from 'electron'
import { writeAside } from '../node/writeAside.js'
import { isPlace, suggestedName } from './placeNames.js'

/** Images, archives, tables of findings, lists of queries, reports. */
const OPENED = 'dcm dicom ima png jpg jpeg tif tiff bmp zip npz csv json pdf'.split(' ')

type Picked = { path: string; name: string }

/** Answers what the preload asks; anything else is answered with nothing. */
export async function answerDialog(window: BrowserWindow | null, request: unknown): Promise<unknown> {
  if (window === null || typeof request !== 'object' || request === null) return undefined
  const { open: kind, save, target } = request as Record<string, unknown>
  if (kind === 'files' || kind === 'folder') return pick(window, kind)
  if (isNamed(save) && save.bytes instanceof Uint8Array) return saveAs(window, save.name, save.bytes)
  if (isNamed(target)) return placeFor(window, target.name)
  return undefined
}

function isNamed(value: unknown): value is { name: string; bytes?: unknown } {
  return typeof value === 'object' && value !== null && typeof (value as { name?: unknown }).name === 'string'
}

async function pick(window: BrowserWindow, kind: 'files' | 'folder'): Promise<Picked[] | undefined> {
  const options: OpenDialogOptions =
    kind === 'folder'
      ? { properties: ['openDirectory', 'createDirectory'] }
      : {
          properties: ['openFile', 'multiSelections'],
          filters: [
            {
              name: 'What Hilum opens',
              extensions: OPENED,
            },
            { name: 'All files', extensions: ['*'] },
          ],
        }
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options)
  return canceled ? undefined : filePaths.filter(isPlace).map((path) => ({ path, name: basename(path) }))
}

/** @param name from the page: only its last part is used, as a suggestion */
async function placeFor(window: BrowserWindow, name: string): Promise<string | undefined> {
  const suggestion = suggestedName(name)
  const extension = extname(suggestion).slice(1)
  const options: SaveDialogOptions = {
    defaultPath: join(app.getPath('documents'), suggestion),
    ...(extension === '' ? {} : { filters: [{ name: extension.toUpperCase(), extensions: [extension] }] }),
  }
  const { canceled, filePath } = await dialog.showSaveDialog(window, options)
  return canceled || filePath === undefined || !isPlace(filePath) ? undefined : filePath
}

async function saveAs(
  window: BrowserWindow,
  name: string,
  bytes: Uint8Array,
): Promise<Result<string> | undefined> {
  const path = await placeFor(window, name)
  if (path === undefined) return undefined
  try {
    await writeAside(path, bytes)
    return { ok: true, value: path }
  } catch (error) {
    return { ok: false, problem: problemOf(error) }
  }
}
