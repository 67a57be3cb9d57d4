import type { Command } from '../command.js'
import { table } from '../screen.js'

export const modelsList: Command = {
  usage: '',
  summary: 'lists the installed models',
  arity: [0, 0],
  library: 'none',
  async run({ session, screen }) {
    const list = await session.call('models.list', {})
    screen.result(list, () =>
      table(
        ['model', 'in use', 'towers', 'dimension', 'state'],
        list.models.map(({ id, inUse, towers, dimension, ok, reason }) => [
          id,
          inUse ? 'yes' : '',
          towers.join(', '),
          dimension,
          ok ? 'ok' : (reason ?? 'refused'),
        ]),
      ),
    )
  },
}
