/** Installing, checking and changing models, as the contract has them. */
import { basename } from 'node:path'
import { HilumError } from '@shared/errors.js'
import type { Handler } from '../../ports/calls.js'
import type { ModelPacks } from '../../ports/models.js'
import type { Processes } from '../../ports/processes.js'
import type { Models } from '../models.js'
import type { ModelSwitch } from './modelSwitch.js'
import { requireUsable } from './trial.js'

export type ModelHandlers = {
  install: Handler<'models.install'>
  verify: Handler<'models.verify'>
  use: Handler<'models.use'>
  cancelUse: Handler<'models.cancelUse'>
}

export function modelHandlers(
  models: Models,
  packs: ModelPacks,
  processes: Processes,
  modelSwitch: ModelSwitch,
): ModelHandlers {
  const usable = (folder: string): Promise<void> => requireUsable(processes, folder)
  return {
    async install({ path }, { signal, progress }) {
      const folder = basename(path) === 'model.json' ? path.slice(0, -'/model.json'.length) : path
      progress({ phase: 'Checking the files', done: 0, total: 3 })
      const pack = await packs.verify(folder, true)
      signal.throwIfAborted()
      progress({ phase: 'Trying the model', done: 1, total: 3 })
      await usable(folder)
      signal.throwIfAborted()
      progress({ phase: 'Copying', done: 2, total: 3 })
      const installed = basename(await packs.install(pack))
      return { installed, models: await models.rows(signal) }
    },

    async verify({ id }, { signal }) {
      const rows = await models.rows(signal, usable)
      if (id === undefined) return { models: rows }
      const chosen = rows.filter((row) => row.id === id)
      if (chosen.length === 0) throw new HilumError('MODEL_NOT_FOUND', `No model "${id}" is installed.`)
      return { models: chosen }
    },

    async use({ id }, { signal, progress }) {
      // In a process of its own first: a graph that ends its process must not end this one, again at every start.
      const folder = await models.folderOf(id)
      if (!models.isInUse(folder)) await usable(folder)
      const stop = modelSwitch.watch((state) => {
        if (state?.state === 'encoding')
          progress({ phase: 'Encoding the library', done: state.done, total: state.total })
      })
      try {
        await modelSwitch.use(id, signal)
      } finally {
        stop()
      }
      return { models: await models.rows(signal) }
    },

    async cancelUse(_, { signal }) {
      await modelSwitch.cancel()
      return { models: await models.rows(signal) }
    },
  }
}
