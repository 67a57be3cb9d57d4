/** Every word the window says, by screen. Components hold no literals, so that a second language is one folder. */
import { audit } from './en/audit.js'
import { blind } from './en/blind.js'
import { compare } from './en/compare.js'
import { evaluate } from './en/evaluate.js'
import { health } from './en/health.js'
import { library } from './en/library.js'
import { messages } from './en/messages.js'
import { refine } from './en/refine.js'
import { report } from './en/report.js'
import { search } from './en/search.js'
import { settings } from './en/settings.js'
import { shell } from './en/shell.js'
import { welcome } from './en/welcome.js'
import { words } from './en/words.js'

export const s = {
  shell,
  welcome,
  search,
  compare,
  library,
  words,
  evaluate,
  report,
  settings,
  messages,
  audit,
  refine,
  blind,
  health,
}
