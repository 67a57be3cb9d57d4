/**
 * Which hardware the image encoder runs on: measured once a model and computer, each provider in a process of its own,
 * kept in machine.json, overridden by the setting `provider`. The model opens on the processor at once; the faster
 * hardware takes over when it is known to work.
 */
import type { Doctor } from '@shared/domain/installation.js'
import { HilumError, problemOf } from '@shared/errors.js'
import type { Handler } from '../../ports/calls.js'
import type { ModelPacks } from '../../ports/models.js'
import type { Processes, Trial } from '../../ports/processes.js'
import type { SettingsFile } from '../../settingsFile.js'
import type { Models } from '../models.js'
import { FallbackEncoder } from './fallbackEncoder.js'
import { disagreement, fastest, providerName, PROVIDERS, type Measured } from './providers.js'
import { tryInProcess } from './trial.js'

/** The provider being opened right now; found at a start, it took the engine with it. */
const OPENING = 'provider being opened'

export type ProviderParts = {
  models: Models
  packs: ModelPacks
  processes: Processes
  settings: SettingsFile
  machine: SettingsFile
  exclusively<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
  /** The hardware in use has changed. */
  tell(): void
}

export class ProviderChoice {
  readonly #parts: ProviderParts
  readonly #closing = new AbortController()
  #note: string | undefined

  constructor(parts: ProviderParts) {
    this.#parts = parts
    const died = parts.machine.get(OPENING)
    if (typeof died === 'string') {
      parts.machine.set(OPENING, undefined)
      if (parts.models.isOpen) parts.machine.set(this.#key(), 'cpu')
      if (parts.settings.get('provider') === died) parts.settings.set('provider', 'cpu')
      this.#note = `${providerName(died)} ended the search engine when it was last used, so the processor is used. It can be chosen again in the settings.`
    }
  }

  /** What to say of the hardware beside its name. */
  get note(): string | undefined {
    return this.#note
  }

  /**
   * Takes up the hardware chosen or measured before; measures where that was never done and `measure` says so.
   * Never throws: the processor goes on working, and {@link note} tells.
   */
  async start(measure: boolean): Promise<void> {
    const { settings, machine, models } = this.#parts
    if (!models.isOpen) return
    try {
      const chosen = settings.get('provider')
      const known = typeof chosen === 'string' ? chosen : machine.get(this.#key())
      if (typeof known === 'string') await this.#use(known)
      else if (measure) await this.#use(await this.#measured())
    } catch (error) {
      if (this.#closing.signal.aborted) return
      const { message, detail } = problemOf(error)
      this.#note = `The processor is used: ${detail ?? message}`
      this.#parts.tell()
    }
  }

  readonly choose: Handler<'models.provider'> = async ({ name }, { signal, progress }) => {
    const { models, settings } = this.#parts
    const { folder } = models.current.pack
    let to: string = name
    if (name === 'auto')
      to = await this.#measured((done, item) => progress({ phase: 'Measuring', done, item }))
    else if (name !== 'cpu') {
      const cpu = await this.#tried('cpu', folder)
      const trial = await this.#tried(name, folder)
      const why = trial.available ? disagreement(trial, cpu) : trial.reason
      if (why !== undefined)
        throw new HilumError('MODEL_FAILED', `${providerName(name)} cannot be used on this computer: ${why}.`)
    }
    signal.throwIfAborted()
    this.#note = undefined
    await this.#use(to)
    settings.set('provider', name === 'auto' ? undefined : name)
    return this.inUse()
  }

  /** As `engine.status` tells it. */
  inUse(): { name: string; threads: number; note?: string } {
    const { provider } = this.#parts.models.current.image
    return this.#note === undefined ? { ...provider } : { note: this.#note, ...provider }
  }

  /** Every provider tried now, for the doctor; the CPU first. */
  async report(): Promise<Doctor['providers']> {
    const { models } = this.#parts
    if (!models.isOpen) return [{ name: 'cpu', available: false, reason: 'no model is open' }]
    const using = models.current.image.provider
    const { cpu, others } = await this.#trials()
    const ofCpu = { ...milliseconds(cpu), name: 'cpu', available: true }
    return [
      using.name === 'cpu'
        ? { ...ofCpu, reason: `in use with ${using.threads} thread(s)` }
        : { ...ofCpu, reason: 'works; stands behind the one in use' },
      ...others.map(({ name, trial }) => {
        if (!trial.available) return { name, available: false, reason: trial.reason }
        const why = disagreement(trial, cpu)
        const reason = why ?? (using.name === name ? 'in use' : 'works; not in use')
        return { name, available: why === undefined, reason, ...milliseconds(trial) }
      }),
    ]
  }

  close(): void {
    this.#closing.abort()
  }

  #key(): string {
    return `provider ${this.#parts.models.current.pack.sha256.slice(0, 16)}`
  }

  #tried(provider: string, packFolder: string): Promise<Trial> {
    return tryInProcess(this.#parts.processes, { provider, packFolder })
  }

  /** One after the other: they would share the cores and the card. */
  async #trials(
    onProgress: (done: number, item: string) => void = () => undefined,
  ): Promise<{ cpu: Trial; others: Measured[] }> {
    const { folder } = this.#parts.models.current.pack
    onProgress(0, providerName('cpu'))
    const cpu = await this.#tried('cpu', folder)
    const listed = await this.#parts.packs.providers()
    const others: Measured[] = []
    for (const name of PROVIDERS) {
      this.#closing.signal.throwIfAborted()
      onProgress(others.length + 1, providerName(name))
      const trial = listed.includes(name)
        ? await this.#tried(name, folder)
        : { available: false, reason: 'this build of ONNX Runtime does not have it on this system' }
      others.push({ name, trial })
    }
    return { cpu, others }
  }

  async #measured(onProgress?: (done: number, item: string) => void): Promise<string> {
    const { cpu, others } = await this.#trials(onProgress)
    const name = fastest(cpu, others)
    this.#closing.signal.throwIfAborted()
    this.#parts.machine.set(this.#key(), name)
    return name
  }

  async #use(name: string): Promise<void> {
    const parts = this.#parts
    const { models, packs, machine } = parts
    const { pack, image } = models.current
    if (image.provider.name === name) return
    const cpu = image instanceof FallbackEncoder ? image.behind : image
    if (name === 'cpu') {
      await parts.exclusively(() => models.exchangeImage(cpu), this.#closing.signal)
      return parts.tell()
    }
    machine.set(OPENING, name)
    try {
      const fast = await packs.openImageOn(pack, name)
      const both = new FallbackEncoder(fast, cpu, (note) => {
        this.#note = note
        parts.tell()
      })
      await parts.exclusively(() => models.exchangeImage(both), this.#closing.signal)
    } finally {
      machine.set(OPENING, undefined)
    }
    parts.tell()
  }
}

const milliseconds = ({ milliseconds }: Trial) => (milliseconds === undefined ? {} : { milliseconds })
