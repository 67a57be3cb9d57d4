/** 95 % score interval of a share (Wilson 1927). */
export function wilson(carried: number, n: number): { low: number; high: number } {
  const z = 1.959964
  const share = carried / n
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  // Exact where rounding would put the share itself just outside.
  return { low: carried <= 0 ? 0 : centre - half, high: carried >= n ? 1 : centre + half }
}
