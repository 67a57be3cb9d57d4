/** The options that both evaluations share: what is searched in, what is asked, and by which model. */
import type { Input } from '@shared/contract.js'
import { HilumError } from '@shared/errors.js'
import type { Values } from './command.js'
import { pathSource, text, words } from './options.js'

export const SET_OPTIONS = {
  gallery: { type: 'string', help: 'file, folder, ZIP or file.npz#split' },
  classes: { type: 'string', help: 'A,B,…: names of an NPZ file’s label values' },
  model: { type: 'string', help: 'id of an installed model' },
} as const

type Sets = Pick<Input<'evaluate.text'>, 'gallery' | 'queries' | 'classes' | 'model'>

/** @throws USAGE when gallery or queries are missing */
export function evaluationSets(command: string, values: Values): Sets {
  const gallery = text(values, 'gallery')
  const queries = text(values, 'queries')
  if (gallery === undefined || queries === undefined)
    throw new HilumError('USAGE', `${command} needs --gallery and --queries.`)
  const classes = words(values, 'classes')
  const model = text(values, 'model')
  return {
    gallery: pathSource(gallery),
    queries: pathSource(queries),
    ...(classes === undefined ? {} : { classes }),
    ...(model === undefined ? {} : { model }),
  }
}
