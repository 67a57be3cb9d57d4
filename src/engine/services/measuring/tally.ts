/** What is counted while the library's cases are taken out one by one. */
import type { Case, LeftOut, Neighbour } from './leaveOneOut.js'
import { NEAREST_FEW, NEIGHBOURS } from './bounds.js'
import { Shares, type Vote } from './shares.js'
import { judge, VOTE_K, type QueryResult } from '../evaluation/metrics.js'

type Result = Pick<QueryResult, 'truths' | 'group' | 'precision'> & {
  importedOn: string
  nearestScore: number
}
export type Pair = { a: string; b: string; samePatient: boolean; contradict: boolean }

/** Scores kept to tell close from distant: more would not move the bounds. */
const SCORES = 20_000
const PAIRS = 2000
export const PRECISION_AT = [1, 5, 10]

export class Tally {
  asked = 0
  /** Of these new to the model: only they count as evidence. */
  fresh = 0
  readonly votes: Vote[] = []
  /** Of all votes. */
  readonly shares = new Shares()
  /** Mean score of the nearest few, of cases new to the model. */
  readonly gate: number[] = []
  readonly results: Result[] = []
  /** By whether the case is new to the model: scores of the nearest, and of all that count. */
  readonly nearest: Record<'fresh' | 'taught', number[]> = { fresh: [], taught: [] }
  readonly near: Record<'fresh' | 'taught', number[]> = { fresh: [], taught: [] }
  /** Copies of one another, each pair once. */
  readonly pairs = new Map<string, Pair>()
  /** Cases whose very nearest is of the same patient, of those that have a patient. */
  samePatientFirst = 0
  withPatient = 0

  add({ own, others, copies, nearest }: LeftOut): void {
    if (own.aside) return
    this.asked++
    if (!own.taught) this.fresh++
    for (const copy of copies) this.#pair(own, copy.of)
    if (own.patient !== undefined) {
      this.withPatient++
      if (nearest?.of.patient === own.patient) this.samePatientFirst++
    }
    const ten = others.slice(0, NEIGHBOURS)
    const [first] = ten
    if (first === undefined) return
    const kind = own.taught ? 'taught' : 'fresh'
    if (this.near[kind].length < SCORES) {
      this.nearest[kind].push(first.score)
      this.near[kind].push(...ten.map(({ score }) => score))
    }
    if (own.taught) return
    if (ten.length >= NEAREST_FEW) this.gate.push(nearestFew(ten.map(({ score }) => score)))
    if (own.findings.length === 0) return
    if (ten.length === NEIGHBOURS) this.#votes(own, ten)
    this.#judge(own, others)
  }

  vote(vote: Vote): void {
    this.votes.push(vote)
    this.shares.add(vote)
  }

  #votes(own: Case, ten: readonly Neighbour[]): void {
    const counts = new Map<string, number>(own.findings.map((finding) => [finding, 0]))
    for (const { of } of ten)
      for (const finding of of.findings) counts.set(finding, (counts.get(finding) ?? 0) + 1)
    const [headline] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0] ?? []
    for (const [finding, count] of counts)
      this.vote({
        finding,
        count,
        carried: own.findings.includes(finding),
        headline: finding === headline,
        group: own.patient ?? own.caseId,
      })
  }

  #judge(own: Case, others: readonly Neighbour[]): void {
    const labelled = others.filter(({ of }) => of.findings.length > 0)
    if (labelled.length === 0) return
    const same = labelled.map(({ of }) => of.findings.some((finding) => own.findings.includes(finding)))
    const names = labelled.slice(0, VOTE_K).flatMap(({ of }) => of.findings)
    const { truths, group, precision } = judge(
      own.findings,
      own.patient ?? own.caseId,
      same,
      names,
      PRECISION_AT,
    )
    this.results.push({
      truths,
      group,
      precision,
      importedOn: own.importedAt.slice(0, 10),
      nearestScore: (others[0] as Neighbour).score,
    })
  }

  #pair(one: Case, other: Case): void {
    const [a, b] = one.caseId < other.caseId ? [one, other] : [other, one]
    const name = `${a.caseId} ${b.caseId}`
    if (this.pairs.has(name) || this.pairs.size >= PAIRS) return
    const both = a.findings.length > 0 && b.findings.length > 0
    this.pairs.set(name, {
      a: a.caseId,
      b: b.caseId,
      samePatient: a.patient !== undefined && a.patient === b.patient,
      contradict: both && !a.findings.some((finding) => b.findings.includes(finding)),
    })
  }
}

/** Mean of the nearest few. Best first, not empty. */
export function nearestFew(scores: readonly number[]): number {
  const few = scores.slice(0, NEAREST_FEW)
  return few.reduce((sum, score) => sum + score, 0) / few.length
}
