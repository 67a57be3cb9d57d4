/** Which page of the settings is shown: it is kept while one looks elsewhere, and commands lead to each. */
import { create } from 'zustand'
import { go } from './nav.js'

export const SETTINGS_SECTIONS = [
  'appearance',
  'keys',
  'reading',
  'model',
  'privacy',
  'audit',
  'about',
] as const
export type SettingsSection = (typeof SETTINGS_SECTIONS)[number]

export const useSettingsSection = create<{ section: SettingsSection }>(() => ({ section: 'appearance' }))

export function goSettings(section: SettingsSection): void {
  useSettingsSection.setState({ section })
  go('settings')
}
