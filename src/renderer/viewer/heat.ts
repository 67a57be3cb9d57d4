/** Colours of "what made the score" as CSS has them, and the places that belong together. */
import { heatRgb } from '@shared/heatMap.js'

/** @param t 0..1 */
export const heatColour = (t: number): string => `rgb(${heatRgb(t).join(' ')})`

/** Matches of a place in the case: the query's place with the largest share whose best match it is. */
export function sourceOf(
  matches: readonly number[],
  contributions: readonly number[],
  place: number,
): number | undefined {
  let best: number | undefined
  matches.forEach((match, i) => {
    if (match === place && (best === undefined || (contributions[i] ?? 0) > (contributions[best] ?? 0)))
      best = i
  })
  return best
}
