/** "What made the score" as colours: the same places, tints and densities on the screen and on paper. */

/** Cividis-like, from dark blue to yellow: the same order of lightness for every kind of colour vision. */
export const HEAT_STOPS = [
  [0, 32, 76],
  [40, 67, 110],
  [93, 107, 120],
  [140, 135, 120],
  [192, 167, 103],
  [238, 204, 75],
  [255, 234, 110],
] as const

/** What the window starts with, and what is printed. */
export const HEAT_OPACITY = 0.75
export const HEAT_TOP = 0.15

/** @param t 0..1 @returns red, green, blue, 0..255 */
export function heatRgb(t: number): [number, number, number] {
  const at = Math.min(0.9999, Math.max(0, t)) * (HEAT_STOPS.length - 1)
  const low = HEAT_STOPS[Math.floor(at)] ?? HEAT_STOPS[0]
  const high = HEAT_STOPS[Math.floor(at) + 1] ?? low
  const mix = (i: 0 | 1 | 2): number => Math.round(low[i] + (high[i] - low[i]) * (at % 1))
  return [mix(0), mix(1), mix(2)]
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

/**
 * The places to tint. Shares lie close together: the colours span what there is, so that more and less can be told apart.
 * @param opacity 0..1
 * @param top share of all places shown, 0..1
 * @returns `t` for {@link heatRgb} and the density of the tint, both 0..1
 */
export function heatOf(
  contributions: readonly number[],
  opacity: number,
  top: number,
): { place: number; t: number; alpha: number }[] {
  const most = Math.max(...contributions, 1e-9)
  const least = Math.min(most, ...contributions.filter((value) => value > 0))
  return topPlaces(contributions, top).map((place) => {
    const t = most > least ? ((contributions[place] ?? 0) - least) / (most - least) : 1
    return { place, t, alpha: opacity * (0.25 + 0.5 * t) }
  })
}
