import { HilumError } from '@shared/errors.js'
import type { Command } from '../command.js'
import { openQuery } from '../queryFile.js'
import { fixed } from '../screen.js'

export const explain: Command = {
  usage: 'FILE CASEID',
  summary: 'says which places made the score of a file with a case',
  arity: [2, 2],
  library: 'read',
  async run({ args, session, screen, signal }) {
    const [file, caseId] = args
    if (file === undefined || caseId === undefined) throw new HilumError('USAGE')
    const { queryId } = await openQuery(session, file, signal)
    const { imageId } = await session.call('cases.get', { caseId })
    const { score, grid, contributions, sum, fidelity } = await session.call(
      'explain.pair',
      { query: { kind: 'query', queryId }, imageId, fidelity: true },
      { signal },
    )
    const [, columns] = grid
    const rows = Array.from({ length: grid[0] }, (_, row) =>
      contributions.slice(row * columns, (row + 1) * columns),
    )
    screen.result(
      { score, grid, contributions, sum, ...(fidelity === undefined ? {} : { fidelity }) },
      () => [
        ...rows.map((row) => row.map((value) => fixed(value).padStart(7)).join(' ')),
        `adds up to ${fixed(sum)}, the whole score (${fixed(score)}). It shows what made the score, not where disease is.`,
      ],
    )
  },
}
