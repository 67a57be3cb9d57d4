/** Opening, describing, checking, backing up and restoring libraries. */
import * as path from 'node:path'
import { HilumError } from '@shared/errors.js'
import type { LibraryInfo, Progress } from '@shared/domain.js'
import type { CallContext, Decoder, Handler, Workspace } from '../ports.js'
import { isLibrary } from '../store/openLibrary.js'
import { restoreLibrary } from '../store/restore.js'
import { folderBytes } from '../store/files.js'
import type { Importer } from './import.js'
import { buildDemo, isDemoComplete } from './library/demo.js'
import { embedMissing } from './library/embedMissing.js'
import { encoderIn, openedIn, openWithIndex, type OpenedLibrary } from './library/openedLibrary.js'
import { RecentLibraries } from './library/recent.js'

export type LibraryServiceOptions = {
  userData: string
  /** Folder of the built entries, where `faissWorker.cjs` is. */
  entriesDir: string
  /** `<userData>/demo-library` when absent. */
  demoDir?: string
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
}

const reportTo = (context: CallContext) => (progress: Progress) => context.progress(progress)
const seconds = (started: number) => (performance.now() - started) / 1000

export function libraryService(
  workspace: Workspace,
  decoder: Decoder,
  importer: Importer,
  options: LibraryServiceOptions,
): LibraryService {
  const recent = new RecentLibraries(options.userData)
  const defaultPath = path.join(options.userData, 'library')
  const demoPath = options.demoDir ?? path.join(options.userData, 'demo-library')

  const infoNow = (): LibraryInfo => {
    const { library, index } = openedIn(workspace)
    return { ...library.info(), indexKind: index.kind, indexVectors: index.size }
  }
  /** Ends the encoding in the background of the open library. */
  let stopBackground = () => Promise.resolve()

  const adopt = async (opened: OpenedLibrary): Promise<LibraryInfo> => {
    const background = new AbortController()
    let embedding: Promise<unknown> = Promise.resolve()
    const stop = async () => {
      background.abort()
      await embedding
    }
    await workspace.adopt({
      library: opened.library,
      index: opened.index,
      async close() {
        await stop()
        await opened.close()
      },
    })
    stopBackground = stop
    const encoder = encoderIn(workspace)
    if (encoder && !opened.library.readOnly)
      // In the background: what has an embedding is searchable meanwhile.
      embedding = embedMissing(opened, encoder, decoder, background.signal)
        .then((added) => (added > 0 && !background.signal.aborted ? workspace.changed() : undefined))
        .catch(() => undefined)
    const info = infoNow()
    recent.remember(info)
    return info
  }
  const isOpen = (folder: string) => workspace.hasLibrary && workspace.library.path === path.resolve(folder)
  const openAt = async (
    folder: string,
    how: { create?: boolean; readOnly?: boolean },
  ): Promise<LibraryInfo> => {
    if (isOpen(folder) && (how.readOnly === true || !workspace.library.readOnly)) return infoNow()
    return await adopt(await openWithIndex(folder, how, encoderIn(workspace), options.entriesDir))
  }

  return {
    open({ path: folder, create, readOnly }) {
      return openAt(folder ?? defaultPath, {
        ...(create === undefined ? {} : { create }),
        ...(readOnly === undefined ? {} : { readOnly }),
      })
    },

    async openDemo(_input, context) {
      try {
        await openAt(demoPath, { create: true })
      } catch (error) {
        // A second window: the demo is there to be looked at.
        if (!(error instanceof HilumError && error.code === 'LIBRARY_HELD' && isLibrary(demoPath)))
          throw error
        return await openAt(demoPath, { readOnly: true })
      }
      const { library } = openedIn(workspace)
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
      const { library, index } = openedIn(workspace)
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
      const { library, index } = openedIn(workspace)
      const encoder = workspace.encoder
      await stopBackground()
      await embedMissing({ library, index }, encoder, decoder, context.signal, reportTo(context))
      if (context.signal.aborted) throw new HilumError('CANCELLED')
      await index.rebuild()
      workspace.changed()
      return {
        ok: index.size === library.vectorCount(encoder.modelId),
        images: index.size,
        seconds: seconds(started),
        bytes: folderBytes(library.indexFolder),
      }
    },

    async backup({ path: file }, context) {
      const started = performance.now()
      const { library } = openedIn(workspace)
      const target = path.resolve(file)
      if (target.startsWith(library.path + path.sep))
        throw new HilumError('LIBRARY_UNWRITABLE', 'A backup belongs outside the library it is of.')
      const { images, bytes } = await library.backup(target, reportTo(context), context.signal)
      library.audit('library.backup', path.basename(target), { images })
      return { ok: true, images, seconds: seconds(started), bytes }
    },

    async restore({ path: file }, context) {
      const started = performance.now()
      const { library, index } = openedIn(workspace)
      await stopBackground()
      const { images, bytes } = await index.pausedFor(() =>
        restoreLibrary(library, path.resolve(file), reportTo(context), context.signal),
      )
      await reopened(library.path, context)
      return { ok: true, images, seconds: seconds(started), bytes }
    },
  }

  async function reopened(folder: string, context: CallContext): Promise<void> {
    const { library } = openedIn(workspace)
    const lock = library.handOverLock()
    const how = lock === undefined ? {} : { lock }
    await adopt(await openWithIndex(folder, how, encoderIn(workspace), options.entriesDir))
    const { library: restored } = openedIn(workspace)
    restored.check(reportTo(context))
    restored.audit('library.restore', path.basename(folder))
    workspace.changed()
  }
}
