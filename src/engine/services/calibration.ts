/**
 * What the library's own cases say about a search in it, worked out in the background by leaving each case out in
 * turn: how often cases with such neighbours carried a finding, how far apart its cases are, and how strange a query is.
 *
 * Images the model was trained on are never left out and asked: the model remembers them. With a case its whole
 * patient and its near-duplicates are left out too.
 */
import type { Health } from '@shared/domain/measuring.js'
import { HilumError, problemOf } from '@shared/errors.js'
import type { CallContext, Workspace } from '../ports/calls.js'
import type { Decoder } from '../ports/decoding.js'
import type { Library } from '../ports/library.js'
import type { VerifiedPack } from '../ports/models.js'
import type { Calibration, Statistics } from './calibrationPort.js'
import { AppearanceReference } from './measuring/appearanceReference.js'
import { appearanceSample } from './measuring/appearanceSample.js'
import { healthOf, type Measured } from './measuring/healthOf.js'
import { readKept, writeKept, type Basis } from './measuring/keptFigures.js'
import { casesOf, leaveOneOut } from './measuring/leaveOneOut.js'
import { LibraryStatistics } from './measuring/libraryStatistics.js'
import { reliabilityOf } from './measuring/reliability.js'
import { Tally } from './measuring/tally.js'
import { TrainingImages } from './trainingImages.js'

/** Cases asked at most. */
const MOST = 100_000
/** After so many the figures are given already, with their own n and interval. */
const FIRST = 3000
/** Asked at most while somebody waits: the gate is whole then, and the shares have their own n and interval. */
const FOREGROUND = 3000
const SETTLE_MILLISECONDS = 1500
const HISTORY = 'health.history'
const HISTORY_LENGTH = 50

type Pack = Pick<VerifiedPack, 'manifest' | 'files'>
type Running = {
  of: string
  controller: AbortController
  done: number
  total: number
  foreground?: CallContext
}
type Known = {
  /** The library and model that the page's figures speak of; empty while they are of a former state. */
  of: string
  /** Those that a search's figures are of, all of them. */
  searchOf: string
  space: string
  statistics: Statistics
  measured?: Measured
  at: string
}
type Options = {
  /** How long nothing must have changed before the work starts. */
  settleMilliseconds?: number
  /** Waits until others let the work go on; a turn of the event loop at least. */
  rest?: () => Promise<void>
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

export class BackgroundCalibration implements Calibration {
  readonly #workspace: Workspace
  readonly #decoder: Decoder
  readonly #pack: () => Pack | undefined
  readonly #settle: number
  readonly #rest: () => Promise<void>
  #known: Known | undefined
  #training: { pack: Pack; images: TrainingImages } | undefined
  #timer: NodeJS.Timeout | undefined
  #running: Running | undefined
  #done: Promise<void> = Promise.resolve()

  /**
   * @param decoder for images without a preview
   * @param pack the model in use, whose training images are no evidence; undefined without one
   */
  constructor(
    workspace: Workspace,
    decoder: Decoder,
    pack: () => Pack | undefined,
    { settleMilliseconds = SETTLE_MILLISECONDS, rest = turn }: Options = {},
  ) {
    this.#workspace = workspace
    this.#decoder = decoder
    this.#pack = pack
    this.#settle = settleMilliseconds
    this.#rest = rest
  }

  current(): Statistics | undefined {
    const space = this.#space()
    return space !== undefined && this.#known?.space === space ? this.#known.statistics : undefined
  }

  pending(): boolean {
    const of = this.#identity()
    // Figures of a former state that can judge a query serve meanwhile; those of a library that had too few cases do not.
    return of !== undefined && this.#known?.searchOf !== of && this.current()?.gates !== true
  }

  taught(...sha256: readonly string[]): boolean {
    const images = this.#trainingImages()
    return images !== undefined && sha256.some((hash) => images.has(hash))
  }

  health(): Health {
    const of = this.#identity()
    const known = this.#known?.space === this.#space() ? this.#known : undefined
    const working = of !== undefined && (known?.of !== of || known.measured === undefined)
    const { done, total } = this.#running ?? { done: 0, total: 0 }
    return {
      ...(known?.measured ?? EMPTY),
      state: of === undefined ? 'none' : working ? 'measuring' : 'ready',
      ...(working && total > 0 ? { done, total } : {}),
      ...(known === undefined ? {} : { measuredAt: known.at }),
      ...(this.#workspace.hasLibrary
        ? {
            history: historyOf(this.#workspace.library),
            conflicts: this.#workspace.library.labelConflicts(),
          }
        : { history: [], conflicts: { total: 0, shown: [] } }),
    }
  }

  /** The library was opened or changed: work it out anew once that has settled, unless only notes changed. */
  schedule(): void {
    const of = this.#identity()
    if (of !== undefined && (this.#known?.of === of || this.#running?.of === of)) return
    clearTimeout(this.#timer)
    this.#running?.controller.abort()
    if (of !== undefined && this.#recall(of)) return
    this.#timer = setTimeout(() => {
      this.#done = this.#done.then(() => this.#run())
    }, this.#settle)
    this.#timer.unref()
  }

  /**
   * What a search reads, measured now where it is neither known nor kept: for hosts that end with one call.
   * @throws CANCELLED
   */
  async ready(foreground: CallContext): Promise<void> {
    if (this.#isReady()) return
    clearTimeout(this.#timer)
    this.#running?.controller.abort()
    this.#done = this.#done.then(() => (this.#isReady() ? undefined : this.#run(foreground)))
    await this.#done
    if (foreground.signal.aborted) throw new HilumError('CANCELLED')
  }

  /** Stops and waits until the library is let go. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#running?.controller.abort()
    await this.#done
  }

  #isReady(): boolean {
    const of = this.#identity()
    return of === undefined || this.#known?.searchOf === of
  }

  async #run(foreground?: CallContext): Promise<void> {
    const of = this.#identity()
    const training = this.#trainingImages()
    if (of === undefined || training === undefined) return
    const running: Running = {
      of,
      controller: new AbortController(),
      done: 0,
      total: 0,
      ...(foreground === undefined ? {} : { foreground }),
    }
    this.#running = running
    const stop = (): void => running.controller.abort()
    foreground?.signal.addEventListener('abort', stop)
    try {
      await this.#measure(running, training)
    } catch (error) {
      // Exchanged or closed while being read: the change has scheduled the next run. Anything else must neither end
      // the engine nor leave people waiting, so the reason stands where the figure would.
      const note = `It could not be worked out (${problemOf(error).code}).`
      const tally = new Tally()
      const nothing = await healthOf(new Map(), tally, turn)
      this.#publish(running, LibraryStatistics.of(tally, undefined, undefined, note), nothing)
    } finally {
      foreground?.signal.removeEventListener('abort', stop)
      if (this.#running === running) this.#running = undefined
    }
  }

  async #measure(running: Running, training: TrainingImages): Promise<void> {
    const { controller, foreground } = running
    const { signal } = controller
    const { library, index, encoder } = this.#workspace
    const basis = this.#basis()
    const rest = foreground === undefined ? this.#rest : turn
    const cases = await casesOf(library, encoder.modelId, training, signal)
    const most = foreground === undefined ? MOST : FOREGROUND
    const tally = new Tally()
    let appearance: AppearanceReference | undefined
    const resting = async (): Promise<void> => {
      await rest()
      signal.throwIfAborted()
    }
    const first = async (): Promise<void> => {
      const sample = await appearanceSample(library, this.#decoder, cases, signal, rest)
      appearance = await AppearanceReference.of(sample, signal, rest)
      const reliability = await reliabilityOf(tally.votes, resting)
      this.#publish(running, LibraryStatistics.of(tally, appearance, reliability))
    }
    running.total = Math.min(most, cases.size)
    const { dimension } = encoder
    const paced = foreground === undefined ? rest : undefined
    for await (const batch of leaveOneOut(library, index, dimension, cases, most, signal, paced)) {
      const before = running.done
      for (const one of batch) tally.add(one)
      running.done += batch.length
      foreground?.progress({ phase: 'Measuring the library', done: running.done, total: running.total })
      if (before < FIRST && running.done >= FIRST) await first()
    }
    if (running.done < FIRST) await first()
    const reliability = await reliabilityOf(tally.votes, resting)
    await resting()
    const statistics = LibraryStatistics.of(tally, appearance, reliability)
    const whole = running.total === cases.size || foreground === undefined
    const measured = whole ? await healthOf(cases, tally, resting, reliability) : undefined
    await resting()
    this.#publish(running, statistics, measured, running.of)
    if (signal.aborted) return
    if (whole) this.#remember(library)
    await resting()
    const { at } = this.#known ?? {}
    if (library.readOnly || basis === undefined || at === undefined) return
    await writeKept(library.folders.measured, basis, {
      figures: statistics.keep(),
      at,
      ...(measured === undefined ? {} : { measured }),
    })
  }

  /** Takes what is kept beside the index. @returns whether nothing is left to measure */
  #recall(of: string): boolean {
    const space = this.#space()
    const basis = this.#basis()
    if (space === undefined || basis === undefined) return false
    const kept = readKept(this.#workspace.library.folders.measured, basis)
    if (kept === undefined) return false
    const { figures, at, measured } = kept
    this.#known = {
      of: measured === undefined ? '' : of,
      searchOf: of,
      space,
      statistics: LibraryStatistics.kept(figures),
      at,
      ...(measured === undefined ? {} : { measured }),
    }
    return measured !== undefined
  }

  /** @param searchOf given once the search's figures are whole */
  #publish(
    { of, controller }: Running,
    statistics: Statistics,
    measured?: Measured,
    searchOf = measured === undefined ? '' : of,
  ): void {
    const space = this.#space()
    if (controller.signal.aborted || this.#identity() !== of || space === undefined) return
    const before = this.#known?.space === space ? this.#known.measured : undefined
    // The former figures of the page stay until the new ones are whole.
    this.#known = {
      of: measured === undefined ? '' : of,
      searchOf,
      space,
      statistics,
      at: new Date().toISOString(),
      ...((measured ?? before) === undefined ? {} : { measured: (measured ?? before) as Measured }),
    }
  }

  /** Appends the held-out precision to the library's history, where it changed. */
  #remember(library: Library): void {
    const precision = this.#known?.measured?.precision?.at['1']
    if (precision === undefined || library.readOnly) return
    const history = historyOf(library)
    const { modelId } = this.#workspace.encoder
    const cases = this.#known?.measured?.cases ?? 0
    const last = history.at(-1)
    if (last?.value === precision.value && last.cases === cases && last.model === modelId) return
    const entry = { at: new Date().toISOString(), cases, model: modelId, ...precision }
    library.setSetting(HISTORY, [...history, entry].slice(-HISTORY_LENGTH))
  }

  #trainingImages(): TrainingImages | undefined {
    const pack = this.#pack()
    if (pack === undefined) return undefined
    if (this.#training?.pack.files !== pack.files) this.#training = { pack, images: TrainingImages.of(pack) }
    return this.#training.images
  }

  /** The library and the model, whatever changed in the library. */
  #space(): string | undefined {
    if (!this.#workspace.hasLibrary || this.#pack() === undefined) return undefined
    const { library, encoder } = this.#workspace
    return `${library.path} ${encoder.modelSha256}`
  }

  #basis(): Basis | undefined {
    const training = this.#trainingImages()
    if (!this.#workspace.hasLibrary || training === undefined) return undefined
    const { library, encoder } = this.#workspace
    return { model: encoder.modelSha256, training: training.sha256, facts: library.factsVersion }
  }

  #identity(): string | undefined {
    const space = this.#space()
    return space === undefined ? undefined : `${space} ${this.#workspace.library.factsVersion}`
  }
}

const EMPTY: Measured = {
  cases: 0,
  asked: 0,
  fresh: 0,
  taught: 0,
  copies: { pairs: 0, contradict: 0, shown: [] },
  patients: { known: 0, withSeveral: 0, asked: 0, samePatientFirst: 0 },
  groups: { finding: {}, sex: {}, age: {}, view: {}, source: {}, year: {} },
  drift: [],
  remarks: [],
}

function historyOf(library: Library): Health['history'] {
  const value = library.setting(HISTORY)
  return Array.isArray(value) ? (value as Health['history']) : []
}
