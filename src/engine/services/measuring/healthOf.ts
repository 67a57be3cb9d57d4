/** The library's health from what was counted: precision of cases left out, copies, patients, groups and drift. */
import { findingInWords } from '@shared/findingWords.js'
import type { Health, Reliability } from '@shared/domain/measuring.js'
import { quantile, restingBootstrap } from '../evaluation/metrics.js'
import { LEAST } from './bounds.js'
import { contradictionRemark } from './contradictions.js'
import { inSlices } from './inSlices.js'
import type { Case } from './leaveOneOut.js'
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

export type Measured = Omit<Health, 'state' | 'done' | 'total' | 'history' | 'measuredAt' | 'conflicts'>

type Rest = () => Promise<void>

/**
 * @param rest awaited between slices of some 10 ms: of 100,000 cases it is seconds of work
 * @param reliability of the same tally
 */
export async function healthOf(
  cases: ReadonlyMap<number, Case>,
  tally: Tally,
  rest: Rest,
  reliability?: Reliability,
): Promise<Measured> {
  const all = [...cases.values()]
  const pairs = [...tally.pairs.values()].sort((a, b) => Number(b.contradict) - Number(a.contradict))
  const contradict = pairs.filter((pair) => pair.contradict).length
  const precision = tally.results.length < LEAST ? undefined : await precisionOf(tally, rest)
  const drift = await driftOf(all, tally, rest)
  const groups = await groupsOf(all, rest)
  const patients = await patientsOf(all, rest)
  const { cases: ids, findings, taught } = await countsOf(all, rest)
  return {
    cases: ids.size,
    asked: tally.asked,
    fresh: tally.fresh,
    taught,
    ...(precision === undefined ? {} : { precision }),
    ...(reliability === undefined ? {} : { reliability }),
    copies: { pairs: pairs.length, contradict, shown: pairs.slice(0, SHOWN_PAIRS) },
    patients: {
      ...patients,
      asked: tally.withPatient,
      samePatientFirst: tally.samePatientFirst,
    },
    groups,
    drift,
    remarks: remarksOf(all.length, findings, tally, contradict),
  }
}

async function countsOf(
  all: readonly Case[],
  rest: Rest,
): Promise<{ cases: Set<string>; findings: Set<string>; taught: number }> {
  const counts = { cases: new Set<string>(), findings: new Set<string>(), taught: 0 }
  await inSlices(all, rest, ({ caseId, findings, taught }) => {
    counts.cases.add(caseId)
    for (const finding of findings) counts.findings.add(finding)
    if (taught) counts.taught++
  })
  return counts
}

async function precisionOf({ results }: Tally, rest: Rest): Promise<NonNullable<Health['precision']>> {
  const at: Record<string, { value: number; low: number; high: number }> = {}
  for (const k of PRECISION_AT) {
    const value = results.reduce((sum, { precision }) => sum + (precision[k] as number), 0) / results.length
    const [low, high] = await restingBootstrap(results, ({ precision }) => precision[k] as number, rest)
    at[k] = { value, low, high }
  }
  const perFinding: Record<string, { n: number; at1: number }> = {}
  await inSlices(results, rest, ({ truths, precision }) => {
    for (const truth of truths) {
      const line = (perFinding[truth] ??= { n: 0, at1: 0 })
      line.at1 = (line.at1 * line.n + (precision[1] as number)) / (line.n + 1)
      line.n++
    }
  })
  return { n: results.length, at, perFinding }
}

async function patientsOf(all: readonly Case[], rest: Rest): Promise<{ known: number; withSeveral: number }> {
  const casesOf = new Map<string, Set<string>>()
  await inSlices(all, rest, ({ patient, caseId }) => {
    if (patient === undefined) return
    const known = casesOf.get(patient)
    if (known === undefined) casesOf.set(patient, new Set([caseId]))
    else known.add(caseId)
  })
  return {
    known: casesOf.size,
    withSeveral: [...casesOf.values()].filter((cases) => cases.size > 1).length,
  }
}

async function groupsOf(all: readonly Case[], rest: Rest): Promise<Health['groups']> {
  const firstOf = new Map<string, Case>()
  await inSlices(all, rest, (one) => firstOf.set(one.caseId, one))
  const once = [...firstOf.values()]
  const counted = async (
    names: (one: Case) => string | readonly string[],
  ): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {}
    await inSlices(once, rest, (one) => {
      for (const name of [names(one)].flat()) counts[name] = (counts[name] ?? 0) + 1
    })
    return counts
  }
  const missing = 'not recorded'
  return {
    finding: await counted(({ findings }) => (findings.length === 0 ? missing : findings)),
    sex: await counted(({ sex }) => (sex === 'F' ? 'female' : sex === 'M' ? 'male' : (sex ?? missing))),
    age: await counted(({ age }) =>
      age === undefined ? missing : (AGES.find(([, from, to]) => age >= from && age < to)?.[0] ?? missing),
    ),
    view: await counted(({ view }) => (view === 'unknown' ? missing : view)),
    source: await counted(({ source }) => source ?? missing),
    year: await counted(({ studyDate }) => studyDate?.slice(0, 4) ?? missing),
  }
}

/** One line for each day of import: does what came later still find its own kind, and as near? */
async function driftOf(all: readonly Case[], { results }: Tally, rest: Rest): Promise<Health['drift']> {
  const days = new Map<string, { cases: Set<string>; results: Tally['results'] }>()
  await inSlices(all, rest, ({ importedAt, caseId }) => {
    const day = importedAt.slice(0, 10)
    const known = days.get(day) ?? { cases: new Set(), results: [] }
    known.cases.add(caseId)
    days.set(day, known)
  })
  await inSlices(results, rest, (result) => days.get(result.importedOn)?.results.push(result))
  const lines: Health['drift'] = []
  for (const [importedOn, day] of [...days].sort(([a], [b]) => (a < b ? -1 : 1)).slice(-SHOWN_DAYS)) {
    const line = { importedOn, cases: day.cases.size, n: day.results.length }
    if (line.n < LEAST) {
      lines.push(line)
      continue
    }
    await rest()
    const scores = new Float64Array(day.results.map(({ nearestScore }) => nearestScore)).sort()
    const value = day.results.reduce((sum, { precision }) => sum + (precision[1] as number), 0) / line.n
    const [low, high] = await restingBootstrap(day.results, ({ precision }) => precision[1] as number, rest)
    lines.push({ ...line, precision: { value, low, high }, nearest: quantile(scores, 0.5) })
  }
  return lines
}

/** What these figures cannot tell, in words. */
function remarksOf(
  images: number,
  findings: ReadonlySet<string>,
  tally: Tally,
  contradictions: number,
): string[] {
  const remarks: string[] = []
  if (images === 0) return ['The library holds no images that the model in use has seen.']
  if (findings.size === 0)
    remarks.push(
      'No case carries a finding, so nothing can be said about labels; copies and groups are shown.',
    )
  else if (findings.size === 1)
    remarks.push(
      `Every labelled case carries the same finding, ${findingInWords([...findings].join(''))}: all neighbours agree whatever the image shows, so agreement and precision say nothing.`,
    )
  if (images < LEAST)
    remarks.push(
      `With ${images === 1 ? '1 image' : `${images} images`} there is too little to measure; it takes 30 cases with a finding.`,
    )
  else if (tally.fresh < LEAST)
    remarks.push(
      `The model in use was taught ${tally.asked - tally.fresh} of ${tally.asked} images here. It remembers them, so they are asked nothing; fewer than 30 others remain.`,
    )
  if (contradictions > 0) remarks.push(contradictionRemark(contradictions))
  return remarks
}
