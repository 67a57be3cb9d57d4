/** What is said of an NPZ whose labels are numbers without names, or are not as many as its images. */
import { HilumError } from '@shared/errors.js'

/** Numbers named in a sentence; of a regression target there would be thousands. */
const NAMED = 6

const counted = (n: number, one: string): string => `${n.toLocaleString('en-GB')} ${one}${n === 1 ? '' : 's'}`

/** It cannot be told which label belongs to which image, so none of the split is taken. */
export const labelCount = (file: string, split: string, images: number, labels: number): HilumError =>
  new HilumError(
    'NPZ_LABEL_COUNT',
    `The split “${split}” of ${file} has ${counted(images, 'image')} but ${counted(labels, 'label')}, so it cannot be told which label belongs to which image.`,
  )

/**
 * Why images of a split stay without a finding; undefined where every label has a name.
 * @param classes names in the order of the numbers, from 0; undefined where none were given
 */
export function unnamedLabels(
  values: readonly number[],
  classes: readonly string[] | undefined,
): HilumError | undefined {
  const counts = new Map<number, number>()
  for (const value of values)
    if (classes?.[value] === undefined) counts.set(value, (counts.get(value) ?? 0) + 1)
  if (counts.size === 0) return undefined
  const images = [...counts.values()].reduce((sum, each) => sum + each, 0)
  const numbers = [...counts].sort(([a], [b]) => a - b)
  const which = numbers
    .slice(0, NAMED)
    .map(([value, count]) => `${value} (${counted(count, 'image')})`)
    .join(', ')
  const more = numbers.length > NAMED ? ` and ${numbers.length - NAMED} others` : ''
  const named = classes === undefined ? '' : ` beyond the ${counted(classes.length, 'name')} given`
  return new HilumError(
    'NPZ_LABELS_UNNAMED',
    `Labels are numbers without names${named}: ${which}${more}. So ${counted(images, 'image')} ${images === 1 ? 'has' : 'have'} no finding.`,
  )
}
