/** Whose an image is: by the recorded number, or else by a file name that tells it, as those of Kermany's collection do. */

const PATTERNS = [/^(person\d+)_/i, /^(NORMAL2-IM-\d+)-/i, /^(IM-\d+)-/i]

/** @returns undefined where neither tells it */
export const patientOf = (patientId: string | undefined, file: string): string | undefined =>
  patientId ?? patientOfFile(file)

/** @returns the patient's part of `person123_…`, `IM-0123-…` or `NORMAL2-IM-0123-…`; undefined for other names */
export function patientOfFile(name: string): string | undefined {
  const base = name.slice(name.lastIndexOf('/') + 1)
  for (const pattern of PATTERNS) {
    const [, patient] = pattern.exec(base) ?? []
    if (patient !== undefined) return patient
  }
  return undefined
}
