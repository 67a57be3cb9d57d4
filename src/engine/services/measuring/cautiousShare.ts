/**
 * A conformal p-value that holds for this library, not on the average of libraries only. With few own cases the plain
 * (1 + k) / (1 + n) gates some libraries at one in eight where it means one in twenty; the upper bound of the share of
 * cases as odd (Clopper and Pearson 1934, one-sided) does so in one library of five at most. Odder than every own case
 * keeps 1 / (1 + n): no case speaks for such a one, and small libraries could stop nothing otherwise.
 */

/** How sure it is that no more of this library's kind are as odd. */
const CONFIDENCE = 0.8

/** @param k own cases at least as odd, of `n` */
export function cautiousShare(k: number, n: number): number {
  if (k <= 0) return 1 / (1 + n)
  if (k >= n) return 1
  let low = k / n
  let high = 1
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (atMost(k, n, middle) > 1 - CONFIDENCE) low = middle
    else high = middle
  }
  return high
}

/** Probability of at most `k` of `n` at a chance of `p` each (binomial). */
function atMost(k: number, n: number, p: number): number {
  let logarithm = n * Math.log1p(-p)
  let sum = Math.exp(logarithm)
  for (let i = 1; i <= k; i++) {
    logarithm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p)
    sum += Math.exp(logarithm)
  }
  return sum
}
