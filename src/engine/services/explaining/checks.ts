/** Checks of explanations that were made, so that the report prints at once what the window has worked out already. */
import type { Contributions } from '@shared/domain/explanation.js'

export type Fidelity = NonNullable<Contributions['fidelity']>

/** Of as many pairs as somebody looks at in a sitting. */
const KEPT = 200

export class Checks {
  /** By what was explained and in which state of which library; oldest first. */
  readonly #known = new Map<string, Promise<Fidelity>>()

  /** The check of this key, worked out at most once; one that was cancelled or failed is worked out again. */
  async of(key: string, check: () => Promise<Fidelity>): Promise<Fidelity> {
    const known = this.#known.get(key)
    if (known !== undefined) {
      try {
        return await known
      } catch {
        // It was somebody else's to cancel: this caller works it out anew.
      }
    }
    const checking = check()
    this.#known.delete(key)
    this.#known.set(key, checking)
    const [oldest] = this.#known.keys()
    if (this.#known.size > KEPT && oldest !== undefined) this.#known.delete(oldest)
    try {
      return await checking
    } catch (error) {
      if (this.#known.get(key) === checking) this.#known.delete(key)
      throw error
    }
  }
}
