/** Whether an explanation's map may be believed, in words: the same beside the map on the screen and on paper. */
import type { Contributions } from './domain/explanation.js'

type Fidelity = NonNullable<Contributions['fidelity']>

/** A map that shuffled weights draw as well shows the image, not the model. */
export const SAME_MAP = 0.5

/** Does covering the shown places lower the score more than covering any, and do shuffled weights change the map? */
export function verdictOf({ deletion, insertion, random, weights = 0 }: Fidelity): {
  passes: boolean
  text: string
} {
  if (deletion >= random || insertion <= random)
    return { passes: false, text: 'Check not passed: no better than random order' }
  if (weights >= SAME_MAP)
    return { passes: false, text: 'Check not passed: shuffled weights draw a like map' }
  return { passes: true, text: 'Check passed: beats random order' }
}
