/** Marks around the words a search found. Nothing else in a stored note can be one of them. */
export const MARK_START = '\uE000'
export const MARK_END = '\uE001'

/** Control characters but tab and line breaks, and the two marks: they carry no words and would confuse the page. */
const UNWANTED = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uE000\uE001]/g

/** A note as it is stored: line breaks as `\n`, no control characters; everything else verbatim. */
export function storedText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(UNWANTED, '')
    .replace(/\p{Cs}/gu, '\uFFFD')
}

export type Token = { word: string; start: number; end: number }

/** FTS5's unicode61 takes letters, numbers and private use as token characters; marks belong to the letter before. */
const WORD = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\p{M}]*/gu
const DIACRITICS = /\p{M}/gu

/** A word as the index holds it: lower case, without diacritics (`remove_diacritics 2`). */
export function foldedWord(word: string): string {
  return word.normalize('NFD').replace(DIACRITICS, '').toLowerCase()
}

/** The words of a text with their places, in UTF-16 units. */
export function tokensOf(text: string, limit = Number.POSITIVE_INFINITY): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(WORD)) {
    tokens.push({ word: foldedWord(match[0]), start: match.index, end: match.index + match[0].length })
    if (tokens.length >= limit) break
  }
  return tokens
}
