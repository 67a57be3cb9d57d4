/** Short names that are written in capitals; a word with a digit in it is one too (COVID-19, T2). */
const CAPITALS = new Set(['ARDS', 'COPD', 'COVID', 'HIV', 'MERS', 'SARS', 'TB'])

/** `NO_FINDING` -> "no finding", `PNEUMONIA` -> "pneumonia", `COVID-19` -> "COVID-19" */
export function findingInWords(finding: string): string {
  return finding
    .replace(/_/g, ' ')
    .trim()
    .split(' ')
    .map((word) =>
      word === word.toUpperCase() && (/\d/.test(word) || CAPITALS.has(word)) ? word : word.toLowerCase(),
    )
    .join(' ')
}
