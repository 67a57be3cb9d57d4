/** The value below which the share `q` of ascending numbers lies; 0 of none. */
export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.floor(q * (sorted.length - 1))] ?? 0
