/** The user's choices, kept for all libraries. */
import type { Handler } from '../ports/calls.js'
import type { SettingsFile } from '../settingsFile.js'

export function settingsService(file: SettingsFile): {
  get: Handler<'settings.get'>
  set: Handler<'settings.set'>
} {
  return {
    get: () => ({ values: file.all() }),
    set: ({ key, value }) => {
      file.set(key, value)
      return { values: file.all() }
    },
  }
}
