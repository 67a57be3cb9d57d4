/**
 * What the library's own cases say about a search in it, worked out in the background by leaving each case out in
 * turn: how often cases with such neighbours carried a finding, how far apart its cases are, and how strange a query is.
 *
 * Images the model was trained on are never left out and asked: the model remembers them. With a case its whole
 * patient and its near-duplicates are left out too.
 */
import type { Health } from '@shared/domain.js'
import { problemOf } from '@shared/errors.js'
import type { Decoder, Library, VerifiedPack, Workspace } from '../ports.js'
import type { Calibration, Statistics } from './calibrationPort.js'
import { AppearanceReference } from './measuring/appearanceReference.js'
import { appearanceSample } from './measuring/appearanceSample.js'
import { healthOf, type Measured } from './measuring/healthOf.js'
import { casesOf, leaveOneOut } from './measuring/leaveOneOut.js'
import { LibraryStatistics } from './measuring/libraryStatistics.js'
import { Tally } from './measuring/tally.js'
import { TrainingImages } from './trainingImages.js'

/** Cases asked at most. */
const MOST = 100_000
/** After so many the figures are given already, with their own n and interval. */
const FIRST = 3000
const QUIET_MILLISECONDS = 1500
const HISTORY = 'health.history'
const HISTORY_LENGTH = 50

type Pack = Pick<VerifiedPack, 'manifest' | 'files'>
type Running = { of: string; controller: AbortController; done: number; total: number }
type Known = { of: string; space: string; statistics: Statistics; measured?: Measured; at: string }

export class BackgroundCalibration implements Calibration {
  readonly #workspace: Workspace
  readonly #decoder: Decoder
  readonly #pack: () => Pack | undefined
  readonly #quiet: number
  #known: Known | undefined
  #training: { pack: Pack; images: TrainingImages } | undefined
  #timer: NodeJS.Timeout | undefined
  #running: Running | undefined
  #done: Promise<void> = Promise.resolve()

  /**
   * @param decoder for images without a preview
   * @param pack the model in use, whose training images are no evidence; undefined without one
   * @param quietMilliseconds how long nothing must have changed before the work starts
   */
  constructor(
    workspace: Workspace,
    decoder: Decoder,
    pack: () => Pack | undefined,
    quietMilliseconds = QUIET_MILLISECONDS,
  ) {
    this.#workspace = workspace
    this.#decoder = decoder
    this.#pack = pack
    this.#quiet = quietMilliseconds
  }

  current(): Statistics | undefined {
    const space = this.#space()
    return space !== undefined && this.#known?.space === space ? this.#known.statistics : undefined
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
      history: this.#workspace.hasLibrary ? historyOf(this.#workspace.library) : [],
    }
  }

  /** The library was opened or changed: work it out anew once that has settled, unless only notes changed. */
  schedule(): void {
    const of = this.#identity()
    if (of !== undefined && (this.#known?.of === of || this.#running?.of === of)) return
    clearTimeout(this.#timer)
    this.#running?.controller.abort()
    this.#timer = setTimeout(() => {
      this.#done = this.#done.then(() => this.#run())
    }, this.#quiet)
    this.#timer.unref()
  }

  /** Stops and waits until the library is let go. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#running?.controller.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const of = this.#identity()
    const training = this.#trainingImages()
    if (of === undefined || training === undefined) return
    const running: Running = { of, controller: new AbortController(), done: 0, total: 0 }
    this.#running = running
    try {
      await this.#measure(running, training)
    } catch (error) {
      // Exchanged or closed while being read: the change has scheduled the next run. Anything else must neither end
      // the engine nor leave people waiting, so the reason stands where the figure would.
      const note = `It could not be worked out (${problemOf(error).code}).`
      const tally = new Tally()
      this.#publish(running, new LibraryStatistics(tally, undefined, note), healthOf(new Map(), tally))
    } finally {
      if (this.#running === running) this.#running = undefined
    }
  }

  async #measure(running: Running, training: TrainingImages): Promise<void> {
    const { signal } = running.controller
    const { library, index, encoder } = this.#workspace
    const cases = await casesOf(library, encoder.modelId, training, signal)
    const tally = new Tally()
    let appearance: AppearanceReference | undefined
    const first = async (): Promise<void> => {
      this.#publish(running, new LibraryStatistics(tally, undefined))
      appearance = await AppearanceReference.of(
        await appearanceSample(library, this.#decoder, cases, signal),
        signal,
      )
      this.#publish(running, new LibraryStatistics(tally, appearance))
    }
    running.total = Math.min(MOST, cases.size)
    for await (const batch of leaveOneOut(library, index, encoder.dimension, cases, MOST, signal)) {
      const before = running.done
      for (const one of batch) tally.add(one)
      running.done += batch.length
      if (before < FIRST && running.done >= FIRST) await first()
    }
    if (running.done < FIRST) await first()
    this.#publish(running, new LibraryStatistics(tally, appearance), healthOf(cases, tally))
    if (!signal.aborted) this.#remember(library)
  }

  #publish({ of, controller }: Running, statistics: Statistics, measured?: Measured): void {
    const space = this.#space()
    if (controller.signal.aborted || this.#identity() !== of || space === undefined) return
    const before = this.#known?.space === space ? this.#known.measured : undefined
    // The former figures of the page stay until the new ones are whole.
    this.#known = {
      of: measured === undefined ? '' : of,
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
