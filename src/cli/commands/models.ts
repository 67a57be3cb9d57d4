import { resolve } from 'node:path'
import type { ModelRow } from '@shared/domain/installation.js'
import type { Command } from '../command.js'
import { table } from '../screen.js'

function rows(models: readonly ModelRow[]): string[] {
  return table(
    ['model', 'in use', 'towers', 'dimension', 'state'],
    models.map(({ id, inUse, towers, dimension, ok, reason }) => [
      id,
      inUse ? 'yes' : '',
      towers.join(', '),
      dimension,
      ok ? 'ok' : (reason ?? 'refused'),
    ]),
  )
}

export const modelsList: Command = {
  usage: '',
  summary: 'lists the installed models',
  arity: [0, 0],
  library: 'none',
  async run({ session, screen }) {
    const list = await session.call('models.list', {})
    screen.result(list, () => rows(list.models))
  },
}

export const modelsInstall: Command = {
  usage: 'PATH',
  summary: 'checks a model pack (a folder with model.json), tries it and copies it to the installed models',
  arity: [1, 1],
  library: 'none',
  async run({ args, session, screen, signal }) {
    const [path = ''] = args
    const done = await session.call(
      'models.install',
      { path: resolve(path) },
      { signal, onProgress: screen.progress },
    )
    screen.result(done, () => [
      `Installed ${done.installed}. "hilum models use ${done.installed}" searches by it.`,
      '',
      ...rows(done.models),
    ])
  },
}

export const modelsVerify: Command = {
  usage: '[ID]',
  summary: 'checks every file of the installed models and runs each once in a process of its own',
  arity: [0, 1],
  library: 'none',
  async run({ args, session, screen, signal }) {
    const [id] = args
    const checked = await session.call('models.verify', id === undefined ? {} : { id }, { signal })
    screen.result(checked, () => rows(checked.models))
    if (!checked.models.every(({ ok }) => ok)) process.exitCode = 1
  },
}

export const modelsUse: Command = {
  usage: 'ID',
  summary: 'encodes the library by another model, then searches by it; goes on where it was stopped',
  arity: [1, 1],
  library: 'optional',
  async run({ args, session, screen, signal }) {
    const [id = ''] = args
    const done = await session.call('models.use', { id }, { signal, onProgress: screen.progress })
    screen.result(done, () => rows(done.models))
  },
}
