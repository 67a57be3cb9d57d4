const LEAST = 3
const MOST = 6

/** Decimals that tell the scores of one list apart: three, and up to six where near ones would read the same. */
export function scoreDigits(scores: readonly number[]): number {
  const different = new Set(scores).size
  for (let digits = LEAST; digits < MOST; digits += 1)
    if (new Set(scores.map((score) => score.toFixed(digits))).size === different) return digits
  return MOST
}
