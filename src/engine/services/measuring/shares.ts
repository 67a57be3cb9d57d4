/** From votes to shares: of the cases whose ten nearest agreed as strongly, how many carried the finding. */
import type { Share } from '../calibrationPort.js'
import { LEAST, NEIGHBOURS } from './bounds.js'
import type { Vote } from './tally.js'
import { wilson } from './wilson.js'

type Cell = { n: number; carried: number }
/** By finding, as they are kept on disk. */
export type KeptShares = [finding: string, row: Cell[]][]

export class Shares {
  /** By finding: for 0..10 neighbours of that finding, how many cases there were and how many carried it. */
  readonly #table = new Map<string, Cell[]>()

  constructor(votes: Iterable<Vote> = []) {
    for (const vote of votes) this.add(vote)
  }

  static kept(rows: KeptShares): Shares {
    const shares = new Shares()
    for (const [finding, row] of rows) shares.#table.set(finding, row)
    return shares
  }

  keep(): KeptShares {
    return [...this.#table]
  }

  add({ finding, count, carried }: Vote): void {
    let row = this.#table.get(finding)
    if (row === undefined)
      this.#table.set(finding, (row = Array.from({ length: NEIGHBOURS + 1 }, () => ({ n: 0, carried: 0 }))))
    const cell = row[count] as Cell
    cell.n++
    if (carried) cell.carried++
  }

  /** @returns undefined below n = 30; a rare count is judged with the counts next to it */
  of(finding: string, count: number, of: number): Share | undefined {
    const row = this.#table.get(finding)
    if (row === undefined || of === 0) return undefined
    const at = Math.round((count / of) * NEIGHBOURS)
    for (const reach of [0, 1]) {
      const cells = row.slice(Math.max(0, at - reach), at + reach + 1)
      const n = cells.reduce((sum, cell) => sum + cell.n, 0)
      if (n < LEAST) continue
      const carried = cells.reduce((sum, cell) => sum + cell.carried, 0)
      return { sameLabel: carried / n, n, ...wilson(carried, n) }
    }
    return undefined
  }
}
