/** The patient a file name tells: Kermany's collection names its files by patient. */

const PATTERNS = [/^(person\d+)_/i, /^(NORMAL2-IM-\d+)-/i, /^(IM-\d+)-/i]

/** @returns the patient's part of `person123_…`, `IM-0123-…` or `NORMAL2-IM-0123-…`; undefined for other names */
export function patientOf(name: string): string | undefined {
  const base = name.slice(name.lastIndexOf('/') + 1)
  for (const pattern of PATTERNS) {
    const [, patient] = pattern.exec(base) ?? []
    if (patient !== undefined) return patient
  }
  return undefined
}
