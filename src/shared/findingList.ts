/** A cell or a line of findings -> each finding on its own, as the library carries them. */

/** More of one case, or longer, is no list of findings. */
const MOST = 20
const LONGEST = 120

/**
 * "COVID-19, ARDS" -> `COVID-19`, `ARDS`. Comma, semicolon, bar and line break part findings; brackets around the whole
 * (`['Effusion', 'Mass']`) and quotes around one are dropped; what stands in quotes or parentheses is not parted.
 * A slash parts nothing: it stands between a kind and its sub-kind (`Pneumonia/Viral`).
 * @returns upper case, each once, in their order; empty where nothing is named
 */
export function findingsIn(text: string): string[] {
  const listed = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1] ?? text
  const parts = listed.match(/(?:"[^"]*"|\([^()]*\)|[^,;|\r\n])+/g) ?? []
  const named = parts
    .map((part) =>
      part
        .trim()
        .replace(/^(["'])(.*)\1$/s, '$2')
        .trim()
        .toUpperCase()
        .slice(0, LONGEST),
    )
    .filter((part) => part !== '')
  return [...new Set(named)].slice(0, MOST)
}
