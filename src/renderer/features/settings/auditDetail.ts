/** What an audit entry adds, in words: its JSON object as "name value, name value"; anything else as it was written. */
export function detailInWords(detail: string): string {
  let value: unknown
  try {
    value = JSON.parse(detail)
  } catch {
    // Not JSON: written by an older version, and shown as it is.
    return detail
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return detail
  return Object.entries(value)
    .map(([name, each]) => `${name} ${typeof each === 'string' ? each : JSON.stringify(each)}`)
    .join(', ')
}
