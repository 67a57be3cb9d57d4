/** Spearman's rank correlation of two lists of equal length, -1 to 1; 0 where one of them is constant. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranksOf(a), ranksOf(b)]
  const middle = (a.length - 1) / 2
  let both = 0
  let squareX = 0
  let squareY = 0
  for (let i = 0; i < a.length; i++) {
    const [u, v] = [(x[i] as number) - middle, (y[i] as number) - middle]
    both += u * v
    squareX += u * u
    squareY += v * v
  }
  return squareX === 0 || squareY === 0 ? 0 : both / Math.sqrt(squareX * squareY)
}

/** Equal values share their mean rank. */
function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((p, q) => (values[p] as number) - (values[q] as number))
  const ranks = new Array<number>(values.length)
  for (let from = 0; from < order.length;) {
    let to = from
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++
    for (let i = from; i < to; i++) ranks[order[i] as number] = (from + to - 1) / 2
    from = to
  }
  return ranks
}
