/** Choices of this user: theme, size, layout. Kept by the engine, so both hosts share them. */
import { create } from 'zustand'
import { loadUiSettings, saveUiSetting } from '../host/settings.js'

export type Theme = 'dark' | 'light' | 'contrast'
export type Size = 'S' | 'M' | 'L' | 'XL'
export const SCALE: Record<Size, number> = { S: 1, M: 1.08, L: 1.2, XL: 1.4 }

type Prefs = {
  theme: Theme
  size: Size
  hitLayout: 'grid' | 'list'
  hideIdentities: boolean
  letters: boolean
  /** Hits are held back until an impression is recorded or skipped. */
  blind: boolean
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

const ALLOWED: { [K in keyof Prefs]: (value: unknown) => value is Prefs[K] } = {
  theme: (value) => value === 'dark' || value === 'light' || value === 'contrast',
  size: (value): value is Size => typeof value === 'string' && value in SCALE,
  hitLayout: (value) => value === 'grid' || value === 'list',
  hideIdentities: (value) => typeof value === 'boolean',
  letters: (value) => typeof value === 'boolean',
  blind: (value) => typeof value === 'boolean',
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
