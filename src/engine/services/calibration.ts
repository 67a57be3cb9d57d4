/**
 * What the library's own cases say about a search in it, worked out in the background by leaving each case out in
 * turn: how often cases with such neighbours carried a finding, how far apart its cases are, and how strange a query is.
 *
 * Images the model was trained on are never left out and asked: the model remembers them. With a case its whole
 * patient and its near-duplicates are left out too.
 */
import type { Hit } from '@shared/domain.js'
import { problemOf } from '@shared/errors.js'
import type { Library, VerifiedPack, Workspace } from '../ports.js'
import type { Calibration, Share, Statistics } from './calibrationPort.js'
import { quantile } from './evaluation/metrics.js'
import { patientOf } from './evaluation/patientOf.js'
import { seeded } from './fidelity.js'
import { rank } from './rank.js'
import { TrainingImages } from './trainingImages.js'

/** Neighbours that count: the same as a search shows unless asked otherwise. */
const NEIGHBOURS = 10
/** Nearest ones whose mean score tells how strange a query is. */
const GATE_NEIGHBOURS = 5
const LEAST = 30
/** Cases asked at most: the interval is then within two per cent, and a million cases take no longer. */
const MOST = 3000
/** Above this cosine two pictures are taken for copies of one another. */
const NEAR_DUPLICATE = 0.99995
/** Look-ups between two turns of the event loop: well under 50 ms. */
const SLICE = 64
const QUIET_MILLISECONDS = 1500
const SEED = 30

type Case = {
  key: number
  caseId: string
  patient: string | undefined
  findings: readonly string[]
  taught: boolean
}
/** By finding: for 0..10 neighbours of that finding, how many cases there were and how many carried it. */
type Table = Map<string, { n: number; carried: number }[]>

export class BackgroundCalibration implements Calibration {
  readonly #workspace: Workspace
  readonly #pack: () => Pick<VerifiedPack, 'manifest' | 'files'> | undefined
  readonly #quiet: number
  #statistics: { of: string; value: Statistics } | undefined
  #timer: NodeJS.Timeout | undefined
  #running: AbortController | undefined
  #done: Promise<void> = Promise.resolve()

  /**
   * @param pack the model in use, whose training images are no evidence; undefined without one
   * @param quietMilliseconds how long nothing must have changed before the work starts
   */
  constructor(
    workspace: Workspace,
    pack: () => Pick<VerifiedPack, 'manifest' | 'files'> | undefined,
    quietMilliseconds = QUIET_MILLISECONDS,
  ) {
    this.#workspace = workspace
    this.#pack = pack
    this.#quiet = quietMilliseconds
  }

  current(): Statistics | undefined {
    const of = this.#identity()
    return of !== undefined && this.#statistics?.of === of ? this.#statistics.value : undefined
  }

  /** The library was opened or changed: work it out anew once that has settled. */
  schedule(): void {
    clearTimeout(this.#timer)
    this.#running?.abort()
    this.#timer = setTimeout(() => {
      this.#done = this.#run()
    }, this.#quiet)
    this.#timer.unref()
  }

  /** Stops and waits until the library is let go. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#running?.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const of = this.#identity()
    const pack = this.#pack()
    if (of === undefined || pack === undefined) return
    const controller = (this.#running = new AbortController())
    let value: Statistics
    try {
      value = await calibrated(this.#workspace, TrainingImages.of(pack), controller.signal)
    } catch (error) {
      // Exchanged or closed while being read: the change has scheduled the next run. Anything else must neither end
      // the engine nor leave people waiting, so the reason stands where the figure would.
      value = new LibraryStatistics(
        new Map(),
        [],
        [],
        [],
        0,
        `It could not be worked out (${problemOf(error).code}).`,
      )
    }
    if (!controller.signal.aborted && this.#identity() === of) this.#statistics = { of, value }
  }

  #identity(): string | undefined {
    if (!this.#workspace.hasLibrary || this.#pack() === undefined) return undefined
    const { library, encoder } = this.#workspace
    return `${library.path} ${library.sequence} ${encoder.modelSha256}`
  }
}

async function calibrated(
  workspace: Workspace,
  training: TrainingImages,
  signal: AbortSignal,
): Promise<Statistics> {
  const { library, index, encoder } = workspace
  const { keys, vectors, dimension } = library.vectors(encoder.modelId)
  const cases = await casesOf(library, keys, training, signal)
  const fresh = drawn(
    [...keys.keys()].filter((at) => cases.get(keys[at] as number)?.taught === false),
    MOST,
  )
  const asked = fresh.length >= LEAST ? fresh : drawn([...keys.keys()], MOST / 10)
  const table: Table = new Map()
  const gate: number[] = []
  const nearest: number[] = []
  const near: number[] = []
  for (const at of asked) {
    signal.throwIfAborted()
    const own = cases.get(keys[at] as number)
    if (own === undefined) continue
    const vector = vectors.slice(at * dimension, (at + 1) * dimension)
    const ranked = await rank(index, vector, NEIGHBOURS * 4)
    const others = distinct(ranked, own, cases).slice(0, NEIGHBOURS)
    if (others.length === 0) continue
    nearest.push((others[0] as { score: number }).score)
    near.push(...others.map(({ score }) => score))
    if (fresh.length < LEAST) continue
    if (others.length >= GATE_NEIGHBOURS) gate.push(gateScore(others.map(({ score }) => score)))
    if (own.findings.length > 0 && others.length === NEIGHBOURS)
      count(
        table,
        own,
        others.map(({ of }) => of),
      )
  }
  return new LibraryStatistics(table, gate, nearest, near, fresh.length)
}

/** Facts of every indexed image, read in slices. */
async function casesOf(
  library: Library,
  keys: Float64Array,
  training: TrainingImages,
  signal: AbortSignal,
): Promise<Map<number, Case>> {
  const cases = new Map<number, Case>()
  for (let at = 0; at < keys.length; at += SLICE) {
    await new Promise((resolve) => setImmediate(resolve))
    signal.throwIfAborted()
    for (const { key, imageId, row, file } of library.vectorRows([...keys.subarray(at, at + SLICE)])) {
      const { facts, pixelSha256 } = library.image(imageId)
      cases.set(key, {
        key,
        caseId: row.caseId,
        patient: row.study.patientId ?? patientOf(file),
        findings: row.findings,
        taught: training.has(facts.sha256) || training.has(pixelSha256),
      })
    }
  }
  return cases
}

type Neighbour = { of: Case; score: number }

/** Neighbours of other cases, other patients and other pictures, each case once. */
function distinct(
  ranked: readonly { key: number; score: number }[],
  own: Case,
  cases: ReadonlyMap<number, Case>,
): Neighbour[] {
  const seen = new Set<string>([own.caseId])
  const others: Neighbour[] = []
  for (const { key, score } of ranked) {
    const of = cases.get(key)
    if (of === undefined || seen.has(of.caseId) || score >= NEAR_DUPLICATE) continue
    if (own.patient !== undefined && of.patient === own.patient) continue
    seen.add(of.caseId)
    others.push({ of, score })
  }
  return others
}

function count(table: Table, own: Case, neighbours: readonly Case[]): void {
  const findings = new Set([...own.findings, ...neighbours.flatMap(({ findings }) => findings)])
  for (const finding of findings) {
    const among = neighbours.filter((neighbour) => neighbour.findings.includes(finding)).length
    let row = table.get(finding)
    if (row === undefined)
      table.set(finding, (row = Array.from({ length: NEIGHBOURS + 1 }, () => ({ n: 0, carried: 0 }))))
    const cell = row[among] as { n: number; carried: number }
    cell.n++
    if (own.findings.includes(finding)) cell.carried++
  }
}

/** Mean of the nearest few. Best first, not empty. */
function gateScore(scores: readonly number[]): number {
  const few = scores.slice(0, GATE_NEIGHBOURS)
  return few.reduce((sum, score) => sum + score, 0) / few.length
}

class LibraryStatistics implements Statistics {
  readonly note?: string
  readonly #table: Table
  readonly #gate: readonly number[]
  readonly #bounds: readonly [number, number, number] | undefined

  constructor(
    table: Table,
    gate: readonly number[],
    nearest: number[],
    near: number[],
    fresh: number,
    note?: string,
  ) {
    this.#table = table
    this.#gate = gate
    nearest.sort((a, b) => a - b)
    near.sort((a, b) => a - b)
    if (nearest.length >= LEAST)
      this.#bounds = [quantile(nearest, 0.5), quantile(near, 0.5), quantile(near, 0.05)]
    if (note !== undefined) this.note = note
    else if (fresh < LEAST)
      this.note =
        'It is not said how often such cases carried the same label: fewer than 30 cases here were new to the model.'
  }

  closeness(score: number): Hit['closeness'] {
    if (this.#bounds === undefined) return undefined
    const [veryClose, close, near] = this.#bounds
    if (score >= veryClose) return 'very close'
    if (score >= close) return 'close'
    return score >= near ? 'near' : 'distant'
  }

  share(finding: string, count: number, of: number): Share | undefined {
    const row = this.#table.get(finding)
    if (row === undefined || of === 0) return undefined
    const at = Math.round((count / of) * NEIGHBOURS)
    // A rare count is judged with the counts next to it.
    for (const reach of [0, 1]) {
      const cells = row.slice(Math.max(0, at - reach), at + reach + 1)
      const n = cells.reduce((sum, cell) => sum + cell.n, 0)
      if (n < LEAST) continue
      const carried = cells.reduce((sum, cell) => sum + cell.carried, 0)
      return { sameLabel: carried / n, n, ...wilson(carried, n) }
    }
    return undefined
  }

  /** (1 + reference cases at least as far from their nearest) / (1 + reference cases). */
  pValue(scores: readonly number[]): number | undefined {
    if (this.#gate.length < LEAST || scores.length === 0) return undefined
    const score = gateScore(scores)
    return (1 + this.#gate.filter((reference) => reference <= score).length) / (1 + this.#gate.length)
  }
}

/** 95 % score interval of a share (Wilson 1927). */
export function wilson(carried: number, n: number): { low: number; high: number } {
  const z = 1.959964
  const share = carried / n
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

/** At most `most` of them, drawn with a fixed seed. */
function drawn(all: readonly number[], most: number): number[] {
  const next = seeded(SEED)
  return all
    .map((at) => ({ at, draw: next() }))
    .sort((a, b) => a.draw - b.draw)
    .slice(0, most)
    .map(({ at }) => at)
}
