/** Near-identical pictures among what a query is set against: left out in a library, counted and named everywhere. */
import { NEAR_DUPLICATE } from '../measuring/bounds.js'
import type { Member } from './embeddedSet.js'

/** Pairs of copies, each once. */
export type CopyPairs = {
  pairs: number
  /** Of these both labelled, and no finding of one is the other's. */
  contradict: number
  /** Of a library set against itself: neither counted as a neighbour of the other. */
  leftOut: boolean
}

export class Copies {
  readonly #asked: ReadonlySet<number>
  readonly #sameSet: boolean
  readonly #leftOut: boolean
  /** Pairs met in two sets, by content: one set given twice meets each from both ends. */
  readonly #met = new Set<string>()
  #pairs = 0
  #contradict = 0

  /**
   * @param asked places of the queries in their set
   * @param sameSet the queries are the gallery, so that a pair is met from both ends where both are asked
   * @param leftOut copies are left out of the rankings
   */
  constructor(asked: readonly number[], sameSet: boolean, leftOut: boolean) {
    this.#asked = new Set(asked)
    this.#sameSet = sameSet
    this.#leftOut = leftOut
  }

  /** Counts the query's copies, which stand at the head of its ranking. @param at the query's place in its set */
  add(at: number, query: Member, ranked: readonly { key: number; member: Member; score: number }[]): void {
    for (const { key, member, score } of ranked) {
      if (score < NEAR_DUPLICATE) return
      if (member === query || (member.caseId !== undefined && member.caseId === query.caseId)) continue
      if (this.#sameSet ? key < at && this.#asked.has(key) : !this.#isNew(query, member)) continue
      this.#pairs++
      if (contradicts(query, member)) this.#contradict++
    }
  }

  #isNew(query: Member, member: Member): boolean {
    // The very image in both sets finds itself, which is said of it as such.
    if (query.content.some((hash) => member.content.includes(hash))) return false
    const name = [query.content.join(' '), member.content.join(' ')].sort().join('\n')
    if (this.#met.has(name)) return false
    this.#met.add(name)
    return true
  }

  /** Whether a neighbour is to be left out as a copy of the query. */
  leavesOut({ score }: { score: number }): boolean {
    return this.#leftOut && score >= NEAR_DUPLICATE
  }

  get counts(): CopyPairs {
    return { pairs: this.#pairs, contradict: this.#contradict, leftOut: this.#leftOut }
  }
}

function contradicts(one: Member, other: Member): boolean {
  if (one.findings.length === 0 || other.findings.length === 0) return false
  return !one.findings.some((finding) => other.findings.includes(finding))
}
