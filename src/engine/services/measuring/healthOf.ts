/** The library's health from what was counted: precision of cases left out, copies, patients, groups and drift. */
import { findingInWords } from '@shared/findingWords.js'
import type { Health } from '@shared/domain/measuring.js'
import { bootstrap, quantile } from '../evaluation/metrics.js'
import { LEAST } from './bounds.js'
import type { Case } from './leaveOneOut.js'
import { reliabilityOf } from './reliability.js'
import { PRECISION_AT, type Tally } from './tally.js'

const SHOWN_PAIRS = 100
const SHOWN_DAYS = 12
/** Precision is given for groups of at least so many cases. */
const AGES: readonly [string, number, number][] = [
  ['under 1 year', 0, 1],
  ['1 to 5 years', 1, 6],
  ['6 to 17 years', 6, 18],
  ['18 years and over', 18, Infinity],
]

export type Measured = Omit<Health, 'state' | 'done' | 'total' | 'history' | 'measuredAt'>

export function healthOf(cases: ReadonlyMap<number, Case>, tally: Tally): Measured {
  const all = [...cases.values()]
  const pairs = [...tally.pairs.values()]
  const reliability = reliabilityOf(tally.votes)
  return {
    cases: new Set(all.map(({ caseId }) => caseId)).size,
    asked: tally.asked,
    fresh: tally.fresh,
    taught: all.filter(({ taught }) => taught).length,
    ...(tally.results.length < LEAST ? {} : { precision: precisionOf(tally) }),
    ...(reliability === undefined ? {} : { reliability }),
    copies: {
      pairs: pairs.length,
      contradict: pairs.filter(({ contradict }) => contradict).length,
      shown: pairs.sort((a, b) => Number(b.contradict) - Number(a.contradict)).slice(0, SHOWN_PAIRS),
    },
    patients: {
      ...patientsOf(all),
      asked: tally.withPatient,
      samePatientFirst: tally.samePatientFirst,
    },
    groups: groupsOf(all),
    drift: driftOf(all, tally),
    remarks: remarksOf(all, tally, pairs.filter(({ contradict }) => contradict).length),
  }
}

function precisionOf({ results }: Tally): NonNullable<Health['precision']> {
  const at = Object.fromEntries(
    PRECISION_AT.map((k) => {
      const value = results.reduce((sum, { precision }) => sum + (precision[k] as number), 0) / results.length
      const [low, high] = bootstrap(results, ({ precision }) => precision[k] as number)
      return [k, { value, low, high }]
    }),
  )
  const perFinding: Record<string, { n: number; at1: number }> = {}
  for (const { truth, precision } of results) {
    const line = (perFinding[truth] ??= { n: 0, at1: 0 })
    line.at1 = (line.at1 * line.n + (precision[1] as number)) / (line.n + 1)
    line.n++
  }
  return { n: results.length, at, perFinding }
}

function patientsOf(all: readonly Case[]): { known: number; withSeveral: number } {
  const casesOf = new Map<string, Set<string>>()
  for (const { patient, caseId } of all) {
    if (patient === undefined) continue
    const known = casesOf.get(patient)
    if (known === undefined) casesOf.set(patient, new Set([caseId]))
    else known.add(caseId)
  }
  return {
    known: casesOf.size,
    withSeveral: [...casesOf.values()].filter((cases) => cases.size > 1).length,
  }
}

function groupsOf(all: readonly Case[]): Health['groups'] {
  const once = [...new Map(all.map((one) => [one.caseId, one])).values()]
  const counted = (name: (one: Case) => string): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const one of once) counts[name(one)] = (counts[name(one)] ?? 0) + 1
    return counts
  }
  const missing = 'not recorded'
  return {
    finding: counted(({ findings }) => findings.join(', ') || missing),
    sex: counted(({ sex }) => (sex === 'F' ? 'female' : sex === 'M' ? 'male' : (sex ?? missing))),
    age: counted(({ age }) =>
      age === undefined ? missing : (AGES.find(([, from, to]) => age >= from && age < to)?.[0] ?? missing),
    ),
    view: counted(({ view }) => (view === 'unknown' ? missing : view)),
    source: counted(({ source }) => source ?? missing),
    year: counted(({ studyDate }) => studyDate?.slice(0, 4) ?? missing),
  }
}

/** One line for each day of import: does what came later still find its own kind, and as near? */
function driftOf(all: readonly Case[], { results }: Tally): Health['drift'] {
  const days = new Map<string, { cases: Set<string>; results: Tally['results'] }>()
  for (const { importedAt, caseId } of all) {
    const day = importedAt.slice(0, 10)
    const known = days.get(day) ?? { cases: new Set(), results: [] }
    known.cases.add(caseId)
    days.set(day, known)
  }
  for (const result of results) days.get(result.importedOn)?.results.push(result)
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(-SHOWN_DAYS)
    .map(([importedOn, day]) => {
      const scores = day.results.map(({ nearestScore }) => nearestScore).sort((a, b) => a - b)
      const enough = day.results.length >= LEAST
      const [low, high] = enough ? bootstrap(day.results, ({ precision }) => precision[1] as number) : [0, 0]
      const value =
        day.results.reduce((sum, { precision }) => sum + (precision[1] as number), 0) / day.results.length
      return {
        importedOn,
        cases: day.cases.size,
        n: day.results.length,
        ...(enough ? { precision: { value, low, high }, nearest: quantile(scores, 0.5) } : {}),
      }
    })
}

/** What these figures cannot tell, in words. */
function remarksOf(all: readonly Case[], tally: Tally, contradictions: number): string[] {
  const labelled = all.filter(({ findings }) => findings.length > 0)
  const names = new Set(labelled.flatMap(({ findings }) => findings))
  const remarks: string[] = []
  if (all.length === 0) return ['The library holds no images that the model in use has seen.']
  if (labelled.length === 0)
    remarks.push(
      'No case carries a finding, so nothing can be said about labels; copies and groups are shown.',
    )
  else if (names.size === 1)
    remarks.push(
      `Every labelled case carries the same finding, ${findingInWords([...names].join(''))}: all neighbours agree whatever the image shows, so agreement and precision say nothing.`,
    )
  if (all.length < LEAST)
    remarks.push(
      `With ${all.length === 1 ? '1 image' : `${all.length} images`} there is too little to measure; it takes 30 cases with a finding.`,
    )
  else if (tally.fresh < LEAST)
    remarks.push(
      `The model in use was taught ${tally.asked - tally.fresh} of ${tally.asked} images here. It remembers them, so they are asked nothing; fewer than 30 others remain.`,
    )
  if (contradictions > 0)
    remarks.push(
      `${contradictions === 1 ? '1 pair of copies carries' : `${contradictions} pairs of copies carry`} different findings: one of each pair is labelled wrongly, or they are read differently.`,
    )
  return remarks
}
