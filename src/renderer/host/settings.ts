/** Choices of the window that outlive it, kept by the engine under `ui.*`. */
import { call } from './client.js'

export async function loadUiSettings(): Promise<Record<string, unknown>> {
  const answer = await call('settings.get', {})
  if (!answer.ok) return {}
  const values: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(answer.value.values)) {
    if (key.startsWith('ui.')) values[key.slice(3)] = value
  }
  return values
}

/** A choice that cannot be saved still holds for this window; nothing is lost that needs a message. */
export function saveUiSetting(key: string, value: unknown): void {
  void call('settings.set', { key: `ui.${key}`, value })
}
