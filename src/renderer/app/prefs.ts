/** Choices of this user: theme, size, layout. Kept by the engine, so both hosts share them. */
import { create } from 'zustand'
import { loadUiSettings, saveUiSetting } from '../host/settings.js'

export type Theme = 'dark' | 'light' | 'contrast'
export type Size = 'S' | 'M' | 'L' | 'XL'
export const SCALE: Record<Size, number> = { S: 1, M: 1.08, L: 1.2, XL: 1.4 }

/** What a mouse button drags in a viewport. `tool` is the one chosen in the tool bar. */
export type Drag = 'tool' | 'window' | 'pan' | 'zoom'
export type Mouse = { left: Drag; middle: Drag; right: Drag; wheel: 'frames' | 'zoom' }
/** OHIF's habits: left window, middle pan, right zoom, wheel through the frames. */
export const DEFAULT_MOUSE: Mouse = { left: 'tool', middle: 'pan', right: 'zoom', wheel: 'frames' }
const DRAGS: readonly unknown[] = ['tool', 'window', 'pan', 'zoom']

type Prefs = {
  theme: Theme
  size: Size
  hitLayout: 'grid' | 'list'
  hideIdentities: boolean
  letters: boolean
  /** Hits are held back until an impression is recorded or skipped. */
  blind: boolean
  /** The reader's own keys, by command; a command that is not named keeps its own. */
  keys: Readonly<Record<string, readonly string[]>>
  mouse: Mouse
  institution: string
  reviewer: string
}
const DEFAULTS: Prefs = {
  theme: 'dark',
  size: 'S',
  hitLayout: 'grid',
  hideIdentities: false,
  letters: true,
  blind: false,
  keys: {},
  mouse: DEFAULT_MOUSE,
  institution: '',
  reviewer: '',
}

export const usePrefs = create<Prefs>(() => DEFAULTS)

function apply({ theme, size }: Prefs): void {
  document.documentElement.dataset['theme'] = theme
  document.documentElement.style.setProperty('--font-scale', String(SCALE[size]))
}

export function setPref<K extends keyof Prefs>(key: K, value: Prefs[K]): void {
  usePrefs.setState({ [key]: value } as Pick<Prefs, K>)
  apply(usePrefs.getState())
  saveUiSetting(key, value)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const ALLOWED: { [K in keyof Prefs]: (value: unknown) => value is Prefs[K] } = {
  theme: (value) => value === 'dark' || value === 'light' || value === 'contrast',
  size: (value): value is Size => typeof value === 'string' && value in SCALE,
  hitLayout: (value) => value === 'grid' || value === 'list',
  hideIdentities: (value) => typeof value === 'boolean',
  letters: (value) => typeof value === 'boolean',
  blind: (value) => typeof value === 'boolean',
  keys: (value): value is Prefs['keys'] =>
    isRecord(value) &&
    Object.values(value).every((keys) => Array.isArray(keys) && keys.every((key) => typeof key === 'string')),
  mouse: (value): value is Mouse =>
    isRecord(value) &&
    DRAGS.includes(value['left']) &&
    DRAGS.includes(value['middle']) &&
    DRAGS.includes(value['right']) &&
    (value['wheel'] === 'frames' || value['wheel'] === 'zoom'),
  institution: (value) => typeof value === 'string',
  reviewer: (value) => typeof value === 'string',
}

/** What of the stored values this version understands. */
export function understood(values: Record<string, unknown>): Partial<Prefs> {
  const kept: Partial<Record<keyof Prefs, unknown>> = {}
  for (const key of Object.keys(ALLOWED) as (keyof Prefs)[]) {
    if (ALLOWED[key](values[key])) kept[key] = values[key]
  }
  return kept as Partial<Prefs>
}

export async function loadPrefs(): Promise<void> {
  usePrefs.setState(understood(await loadUiSettings()))
  apply(usePrefs.getState())
}
