/**
 * From votes to shares: of the cases whose ten nearest agreed as strongly, how many carried the finding. More of the
 * neighbours never means a smaller share: counts that contradict that, as small ones do by chance, are pooled until
 * they no longer do (isotonic regression by pool-adjacent-violators; Zadrozny and Elkan, KDD 2002).
 */
import type { Share } from '../calibrationPort.js'
import { LEAST, NEIGHBOURS } from './bounds.js'
import { wilson } from './wilson.js'

/** Of one case and one finding: how many of its ten neighbours carry it, and whether it does itself. */
export type Vote = { finding: string; count: number; carried: boolean; headline: boolean; group: string }
type Cell = { n: number; carried: number }
/** By finding, as they are kept on disk. */
export type KeptShares = [finding: string, row: Cell[]][]

export class Shares {
  /** By finding: for 0..10 neighbours of that finding, how many cases there were and how many carried it. */
  readonly #table = new Map<string, Cell[]>()
  /** The same pooled; made when first asked for. */
  readonly #pooled = new Map<string, readonly Cell[]>()

  constructor(votes: Iterable<Vote> = []) {
    for (const vote of votes) this.add(vote)
  }

  /** From what {@link keep} gave. */
  static kept(rows: KeptShares): Shares {
    const shares = new Shares()
    for (const [finding, row] of rows) shares.#table.set(finding, row)
    return shares
  }

  /** As they are now: what is added later is not in it. */
  keep(): KeptShares {
    return [...this.#table].map(([finding, row]) => [finding, row.map((cell) => ({ ...cell }))])
  }

  add({ finding, count, carried }: Vote): void {
    let row = this.#table.get(finding)
    if (row === undefined)
      this.#table.set(finding, (row = Array.from({ length: NEIGHBOURS + 1 }, () => ({ n: 0, carried: 0 }))))
    const cell = row[count] as Cell
    cell.n++
    if (carried) cell.carried++
    this.#pooled.delete(finding)
  }

  /**
   * Never smaller for a larger count. `n` is the number of cases that the share rests on, those of pooled counts
   * among them, and the interval is theirs.
   * @returns undefined below n = 30; a rare count is judged with the counts next to it
   */
  of(finding: string, count: number, of: number): Share | undefined {
    const row = this.#table.get(finding)
    if (row === undefined || of === 0) return undefined
    let pooled = this.#pooled.get(finding)
    if (pooled === undefined) this.#pooled.set(finding, (pooled = poolViolators(row)))
    const at = Math.round((count / of) * NEIGHBOURS)
    if ((row[at] as Cell).n >= LEAST) return shareOf(pooled[at] as Cell)
    // Few cases agreed just so: those a count less or more are taken with them, never ones further off. Windows over
    // shares that never fall never fall either.
    const from = Math.max(0, at - 1)
    const near = { n: 0, carried: 0 }
    row.slice(from, at + 2).forEach(({ n }, i) => {
      const block = pooled[from + i] as Cell
      near.n += n
      if (n > 0) near.carried += (n * block.carried) / block.n
    })
    return near.n < LEAST ? undefined : shareOf(near)
  }
}

const shareOf = ({ n, carried }: Cell): Share => ({ sameLabel: carried / n, n, ...wilson(carried, n) })

/** For each count the cases it is pooled with, itself among them; a count without cases has none. */
function poolViolators(row: readonly Cell[]): Cell[] {
  const blocks: (Cell & { from: number; to: number })[] = []
  row.forEach(({ n, carried }, at) => {
    if (n === 0) return
    let block = { n, carried, from: at, to: at }
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (last.carried * block.n <= block.carried * last.n) break
      blocks.pop()
      block = { n: last.n + block.n, carried: last.carried + block.carried, from: last.from, to: at }
    }
    blocks.push(block)
  })
  return row.map((_, at) => {
    const block = blocks.find(({ from, to }) => at >= from && at <= to)
    return block === undefined ? { n: 0, carried: 0 } : { n: block.n, carried: block.carried }
  })
}
