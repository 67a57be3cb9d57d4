/** What can be done by a key, from the palette, or from a menu. */
import type { Screen } from './nav.js'

export type Command = {
  id: string
  title: string
  group: string
  /** `Ctrl K`, `I`, `PageDown`; the first is shown. */
  keys?: readonly string[]
  /** Screens where the keys act; everywhere when absent. */
  screens?: readonly Screen[]
  /** Why it cannot run now; undefined when it can. */
  disabled?: () => string | undefined
  run: () => void
}
