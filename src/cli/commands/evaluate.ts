import type { Input } from '@shared/contract.js'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import type { Command } from '../command.js'
import { SET_OPTIONS, evaluationSets } from '../evaluationSets.js'
import { text, wholeList } from '../options.js'
import { failureLines, fixed, table } from '../screen.js'

/** As many columns as a table still shows. */
const MOST_KS = 20
type Degrade = NonNullable<Input<'evaluate.run'>['degrade']>
const DEGRADATIONS: readonly Degrade[] = ['lowres', 'gamma', 'crop', 'aspect', 'noise', 'jpeg', 'invert']

function degradation(value: string | undefined): { degrade?: Degrade } {
  if (value === undefined) return {}
  const degrade = DEGRADATIONS.find((name) => name === value)
  if (degrade === undefined) throw new HilumError('USAGE', `--degrade is one of ${DEGRADATIONS.join(', ')}.`)
  return { degrade }
}

export const evaluate: Command = {
  usage: '',
  summary: 'measures retrieval of labelled queries in a labelled gallery',
  options: {
    ...SET_OPTIONS,
    queries: { type: 'string', help: 'file, folder, ZIP or file.npz#split' },
    k: { type: 'string', short: 'k', help: '1,3,5,10' },
    degrade: { type: 'string', help: DEGRADATIONS.join(', ') },
  },
  arity: [0, 0],
  library: 'none',
  async run({ values, session, screen, signal }) {
    const sets = evaluationSets('evaluate', values)
    const k = wholeList(values, 'k', LIMITS.searchK, MOST_KS)
    const result = await session.call(
      'evaluate.run',
      {
        ...sets,
        ...(k === undefined ? {} : { k }),
        ...degradation(text(values, 'degrade')),
      },
      { signal, onProgress: screen.progress },
    )
    screen.result(result, () => [
      `model ${result.model.id} (${result.model.sha256.slice(0, 12)}), ${result.queries.images} queries in ${result.gallery.images} images, ${result.seconds.toFixed(1)} s`,
      ...(result.remarks ?? []),
      '',
      ...table(
        ['k', 'precision', '95 % interval', 'hit'],
        Object.entries(result.precisionAt).map(([at, precision]) => {
          const [low, high] = result.interval95[at] ?? [NaN, NaN]
          return [
            Number(at),
            fixed(precision),
            `${fixed(low)} to ${fixed(high)}`,
            fixed(result.hitAt[at] ?? NaN),
          ]
        }),
      ),
      '',
      `mAP ${fixed(result.map)}, vote of ${result.vote.k} ${fixed(result.vote.accuracy)}`,
      '',
      ...table(
        ['finding', 'queries', ...Object.keys(result.precisionAt).map((at) => `P@${at}`), 'mAP', 'vote'],
        Object.entries(result.perClass).map(([finding, figures]) => [
          finding,
          figures.queries,
          ...Object.values(figures.precisionAt).map((value) => fixed(value)),
          fixed(figures.map),
          fixed(figures.vote),
        ]),
      ),
      ...failureLines(result.failures),
    ])
  },
}
