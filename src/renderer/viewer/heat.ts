/** Colours and choice of places for "what made the score". Cividis-like, so that no colour vision loses it. */
const STOPS = [
  [0, 32, 76],
  [40, 67, 110],
  [93, 107, 120],
  [140, 135, 120],
  [192, 167, 103],
  [238, 204, 75],
  [255, 234, 110],
] as const

/** @param t 0..1 */
export function heatColour(t: number): string {
  const at = Math.min(0.9999, Math.max(0, t)) * (STOPS.length - 1)
  const low = STOPS[Math.floor(at)] ?? STOPS[0]
  const high = STOPS[Math.floor(at) + 1] ?? low
  const mix = low.map((value, i) => Math.round(value + ((high[i] ?? value) - value) * (at % 1)))
  return `rgb(${mix.join(' ')})`
}

/** Indices of the largest contributions, as a share of all places; nothing that took from the score. */
export function topPlaces(contributions: readonly number[], share: number): number[] {
  const wanted = Math.max(1, Math.round(contributions.length * share))
  return contributions
    .map((value, i) => [value, i] as const)
    .filter(([value]) => value > 0)
    .sort((a, b) => b[0] - a[0])
    .slice(0, wanted)
    .map(([, i]) => i)
}

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
