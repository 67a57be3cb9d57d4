/** Opening, describing, checking, backing up and restoring libraries. */
import * as path from 'node:path'
import { HilumError } from '@shared/errors.js'
import type { LibraryInfo, Progress } from '@shared/domain/library.js'
import type { CallContext, Handler, Workspace } from '../ports/calls.js'
import type { Decoder } from '../ports/decoding.js'
import type { Libraries, OpenedLibrary, RecentLibraries } from '../ports/library.js'
import type { ImageEncoder } from '../ports/models.js'
import type { Importer } from './import.js'
import { buildDemo, isDemoComplete } from './library/demo.js'
import { embedMissing } from './library/embedMissing.js'

export type LibraryServiceOptions = {
  libraries: Libraries
  recent: RecentLibraries
  userData: string
  /** `<userData>/demo-library` when absent. */
  demoDir?: string
  /** Stops what else works on the open library in the background. */
  pauseOthers?: () => Promise<void>
}

export type LibraryService = {
  open: Handler<'library.open'>
  openDemo: Handler<'library.openDemo'>
  recent: Handler<'library.recent'>
  info: Handler<'library.info'>
  check: Handler<'library.check'>
  rebuild: Handler<'library.rebuild'>
  backup: Handler<'library.backup'>
  restore: Handler<'library.restore'>
  /** The open library under another model's index; `use` runs in between. To be called while no other call runs. */
  exchangeModel(encoder: ImageEncoder, use: () => Promise<void>): Promise<void>
}

const reportTo = (context: CallContext) => (progress: Progress) => context.progress(progress)
const seconds = (started: number) => (performance.now() - started) / 1000

export function libraryService(
  workspace: Workspace,
  decoder: Decoder,
  importer: Importer,
  options: LibraryServiceOptions,
): LibraryService {
  const { libraries, recent } = options
  const defaultPath = path.join(options.userData, 'library')
  const demoPath = options.demoDir ?? path.join(options.userData, 'demo-library')

  const infoNow = (): LibraryInfo => {
    const { library, index } = workspace
    return { ...library.info(), indexKind: index.kind, indexVectors: index.size }
  }
  /** Ends the encoding in the background of the open library. */
  let stopBackground = () => Promise.resolve()
  let current: OpenedLibrary | undefined

  const withStop = (opened: OpenedLibrary, stop: () => Promise<void>) => ({
    library: opened.library,
    index: opened.index,
    async close() {
      await stop()
      await opened.close()
    },
  })
  const adopt = async (opened: OpenedLibrary): Promise<LibraryInfo> => {
    const background = new AbortController()
    let embedding: Promise<unknown> = Promise.resolve()
    const stop = async () => {
      background.abort()
      await embedding
    }
    await options.pauseOthers?.()
    await workspace.adopt(withStop(opened, stop))
    stopBackground = stop
    current = opened
    const encoder = encoderIn(workspace)
    if (encoder && !opened.library.readOnly)
      // In the background: what has an embedding is searchable meanwhile.
      embedding = embedMissing(opened, encoder, decoder, background.signal)
        .then((added) => (added > 0 && !background.signal.aborted ? workspace.changed() : undefined))
        .catch(() => undefined)
    if (!opened.library.readOnly) opened.library.audit('library.open', '')
    const info = infoNow()
    recent.remember(info)
    return info
  }
  const isOpen = (folder: string) => workspace.hasLibrary && workspace.library.path === path.resolve(folder)
  const openAt = async (
    folder: string,
    how: { create?: boolean; readOnly?: boolean | 'whenHeld' },
  ): Promise<LibraryInfo> => {
    if (isOpen(folder) && workspace.library.readOnly === (how.readOnly === true)) return infoNow()
    return await adopt(await libraries.open(folder, how, encoderIn(workspace)))
  }

  return {
    async exchangeModel(encoder, use) {
      if (current === undefined) throw new HilumError('LIBRARY_NONE')
      await stopBackground()
      const next = await current.withModel(encoder)
      await use()
      current = next
      stopBackground = () => Promise.resolve()
      workspace.exchange(withStop(next, stopBackground))
    },

    open({ path: folder, create, readOnly }) {
      return openAt(folder ?? defaultPath, {
        ...(create === undefined ? {} : { create }),
        ...(readOnly === undefined ? {} : { readOnly }),
      })
    },

    async openDemo(_input, context) {
      // In a second window the demo is there to be looked at.
      await openAt(demoPath, { create: true, readOnly: 'whenHeld' })
      const { library } = workspace
      if (!library.readOnly && !isDemoComplete(library)) {
        await buildDemo(library, importer, context)
        workspace.changed()
        recent.remember(infoNow())
      }
      return infoNow()
    },

    recent: () => ({ libraries: recent.list() }),
    info: () => infoNow(),

    async check(_input, context) {
      const { library, index } = workspace
      await stopBackground()
      const result = library.check(reportTo(context))
      const encoder = encoderIn(workspace)
      if (!library.readOnly && encoder) {
        const added = await embedMissing(
          { library, index },
          encoder,
          decoder,
          context.signal,
          reportTo(context),
        )
        if (added > 0) result.repaired.push(`${added} images were encoded again.`)
      }
      if (await index.repair()) result.repaired.push('The image index was built again from the database.')
      if (result.repaired.length > 0) workspace.changed()
      return { ok: result.problems.length === 0, ...result }
    },

    async rebuild(_input, context) {
      const started = performance.now()
      const { library, index, encoder } = workspace
      await stopBackground()
      await embedMissing({ library, index }, encoder, decoder, context.signal, reportTo(context))
      if (context.signal.aborted) throw new HilumError('CANCELLED')
      await index.rebuild()
      workspace.changed()
      return {
        ok: index.size === library.vectorCount(encoder.modelId),
        images: index.size,
        seconds: seconds(started),
        bytes: index.bytes,
      }
    },

    async backup({ path: file }, context) {
      const started = performance.now()
      const { library } = workspace
      const target = path.resolve(file)
      if (target.startsWith(library.path + path.sep))
        throw new HilumError('LIBRARY_UNWRITABLE', 'A backup belongs outside the library it is of.')
      const { images, bytes } = await library.backup(target, reportTo(context), context.signal)
      library.audit('library.backup', path.basename(target), { images, place: path.dirname(target) })
      return { ok: true, images, seconds: seconds(started), bytes }
    },

    async restore({ path: file }, context) {
      const started = performance.now()
      if (current === undefined) throw new HilumError('LIBRARY_NONE')
      await options.pauseOthers?.()
      await stopBackground()
      const { images, bytes, reopened } = await current.restore(
        path.resolve(file),
        encoderIn(workspace),
        reportTo(context),
        context.signal,
      )
      await adopt(reopened)
      reopened.library.check(reportTo(context))
      reopened.library.audit('library.restore', path.basename(reopened.library.path))
      workspace.changed()
      return { ok: true, images, seconds: seconds(started), bytes }
    },
  }
}

/** The model in use, or undefined where none is installed. */
function encoderIn(workspace: Workspace): ImageEncoder | undefined {
  try {
    return workspace.encoder
  } catch (error) {
    if (error instanceof HilumError && error.code.startsWith('MODEL_')) return undefined
    throw error
  }
}
