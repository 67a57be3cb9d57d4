/** Every command once: the palette, the keys and the shortcuts overlay all read this list. */
import { openDemo, useSession } from './session.js'
import { addFiles, addFolder, openFiles, openFolder } from './intake.js'
import { openLibraryFolder, whyNoLibraryFolder } from './libraryFolder.js'
import { back, current, forward, go, type Screen } from './nav.js'
import { openOverlay } from './overlays.js'
import { setPref, usePrefs } from './prefs.js'
import { SETTINGS_SECTIONS, goSettings } from './settingsSection.js'
import { toast, redoLast, undoLast } from './toasts.js'
import { s } from '../strings/strings.js'
import { settings } from '../strings/en/settings.js'
import { useImport } from '../features/library/importStore.js'
import { searchCommands } from '../features/search/searchCommands.js'
import type { Command } from './command.js'
import { compareCommands } from '../features/compare/compareCommands.js'

const screen = (id: Screen, title: string, n: number): Command => ({
  id: `go.${id}`,
  title,
  group: s.shell.mainNav,
  keys: [`Ctrl ${n}`],
  run: () => go(id),
})

const noLibrary = () => (useSession.getState().library ? undefined : s.messages.disabledNoLibrary)
const notWritable = () => (useSession.getState().library?.readOnly ? s.messages.disabledReadOnly : undefined)

const shellCommands: Command[] = [
  screen('search', s.shell.search, 1),
  screen('compare', s.shell.compare, 2),
  screen('library', s.shell.library, 3),
  screen('evaluate', s.shell.evaluate, 4),
  screen('report', s.shell.report, 5),
  {
    id: 'go.words',
    title: s.words.start,
    group: s.shell.mainNav,
    run: () => go('words'),
    disabled: noLibrary,
  },
  {
    id: 'go.settings',
    title: s.shell.settings,
    group: s.shell.mainNav,
    keys: ['Ctrl ,'],
    run: () => go('settings'),
  },
  {
    id: 'open.palette',
    title: s.shell.palette.label,
    group: s.shell.mainNav,
    keys: ['Ctrl K'],
    run: () => openOverlay('palette'),
  },
  {
    id: 'open.files',
    title: s.welcome.openFiles,
    group: s.shell.search,
    keys: ['Ctrl O'],
    run: () => void openFiles(),
  },
  {
    id: 'open.folder',
    title: s.welcome.openFolder,
    group: s.shell.search,
    keys: ['Ctrl Shift O'],
    run: () => void openFolder(),
  },
  {
    id: 'add.files',
    title: s.library.addFiles,
    group: s.shell.library,
    keys: ['Ctrl I'],
    run: () => void addFiles(),
    disabled: notWritable,
  },
  {
    id: 'add.folder',
    title: s.library.addFolder,
    group: s.shell.library,
    keys: ['Ctrl Shift I'],
    run: () => void addFolder(),
    disabled: notWritable,
  },
  { id: 'library.demo', title: s.shell.openDemo, group: s.shell.library, run: () => void openDemo() },
  {
    id: 'library.folder',
    title: s.shell.openFolder,
    group: s.shell.library,
    run: () => void openLibraryFolder(),
    disabled: whyNoLibraryFolder,
  },
  {
    id: 'library.mnist',
    title: s.welcome.mnistCommand,
    group: s.shell.library,
    run: () => openOverlay('mnist'),
    disabled: () => (useImport.getState().running ? s.messages.disabledImporting : undefined),
  },
  {
    id: 'report.open',
    title: s.report.title,
    group: s.shell.report,
    keys: ['Ctrl P'],
    run: () => go('report'),
  },
  { id: 'undo', title: s.shell.undo, group: s.shell.mainNav, keys: ['Ctrl Z'], run: () => void undoLast() },
  {
    id: 'redo',
    title: s.shell.redo,
    group: s.shell.mainNav,
    keys: ['Ctrl Shift Z', 'Ctrl Y'],
    run: () => void redoLast(),
  },
  {
    id: 'identities',
    title: settings.hide,
    group: s.shell.settings,
    keys: ['Ctrl Shift H'],
    run: toggleIdentities,
  },
  { id: 'blind', title: s.blind.toggle, group: s.shell.search, run: toggleBlind },
  {
    id: 'health',
    title: s.health.title,
    group: s.shell.library,
    run: () => openOverlay('health'),
    disabled: noLibrary,
  },
  ...SETTINGS_SECTIONS.map((section) => ({
    id: `settings.${section}`,
    title: settings.sectionCommand(settings.sections[section]),
    group: s.shell.settings,
    run: () => goSettings(section),
  })),
  { id: 'theme', title: settings.theme, group: s.shell.settings, run: nextTheme },
  {
    id: 'keys',
    title: s.shell.shortcuts,
    group: s.shell.mainNav,
    keys: ['?'],
    run: () => openOverlay('keys'),
  },
  { id: 'back', title: s.shell.back, group: s.shell.mainNav, keys: ['Alt ArrowLeft'], run: back },
  { id: 'forward', title: s.shell.forward, group: s.shell.mainNav, keys: ['Alt ArrowRight'], run: forward },
]

function toggleIdentities(): void {
  const hidden = !usePrefs.getState().hideIdentities
  setPref('hideIdentities', hidden)
  if (hidden) toast(s.shell.identitiesHidden)
}

function toggleBlind(): void {
  const blind = !usePrefs.getState().blind
  setPref('blind', blind)
  toast(blind ? s.blind.isOn : s.blind.isOff)
}

function nextTheme(): void {
  const order = ['dark', 'light', 'contrast'] as const
  const at = order.indexOf(usePrefs.getState().theme)
  setPref('theme', order[(at + 1) % order.length] ?? 'dark')
}

/** All commands with the keys they come with; those of a screen last. */
export const allCommands = (): Command[] => [...shellCommands, ...searchCommands, ...compareCommands]

/** All commands under the keys that hold now: the reader's own before those they come with. */
export function commands(): Command[] {
  const own = usePrefs.getState().keys
  return allCommands().map((command) => {
    const keys = own[command.id]
    return keys === undefined ? command : { ...command, keys }
  })
}

/** Why a command cannot run here and now; undefined when it can. */
export function whyNot(command: Command): string | undefined {
  if (command.screens && !command.screens.includes(current().screen)) return s.messages.disabledNotHere
  return command.disabled?.()
}
