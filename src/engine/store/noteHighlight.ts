/** Where a search's words stand in a note, a snippet around them, and whether the note denies them. */
import { isNegated, type Match } from './negation.js'
import type { Phrase } from './noteQuery.js'
import { MARK_END, MARK_START, tokensOf, type Token } from './noteText.js'

/** Words of a note that are looked at: enough for a megabyte of text. */
const MAX_TOKENS = 250_000
const SNIPPET_WORDS = 28

function matchesAt(tokens: readonly Token[], at: number, phrase: Phrase): boolean {
  return phrase.words.every((word, offset) => {
    const token = tokens[at + offset]
    if (!token) return false
    const isLast = offset === phrase.words.length - 1
    return phrase.prefix && isLast ? token.word.startsWith(word) : token.word === word
  })
}

/** Token ranges of every occurrence, in reading order, overlaps left out. */
export function matchesIn(tokens: readonly Token[], phrases: readonly Phrase[]): Match[] {
  const matches: Match[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    let longest = 0
    for (const phrase of phrases)
      if (phrase.words.length > longest && matchesAt(tokens, at, phrase)) longest = phrase.words.length
    if (longest === 0) continue
    matches.push({ first: at, last: at + longest - 1 })
    at += longest - 1
  }
  return matches
}

/** The window of `SNIPPET_WORDS` words that holds most matches; earlier wins. */
function bestWindow(tokens: readonly Token[], matches: readonly Match[]): { from: number; to: number } {
  let best = { from: 0, count: 0 }
  let left = 0
  for (let right = 0; right < matches.length; right += 1) {
    const last = matches[right]
    while (left < right && (last?.last ?? 0) - (matches[left]?.first ?? 0) >= SNIPPET_WORDS) left += 1
    const count = right - left + 1
    const first = matches[left]?.first ?? 0
    if (count > best.count) {
      const spare = Math.max(0, SNIPPET_WORDS - ((last?.last ?? first) - first + 1))
      best = { from: Math.max(0, first - Math.min(6, Math.floor(spare / 2))), count }
    }
  }
  const to = Math.min(tokens.length, best.from + SNIPPET_WORDS) - 1
  return { from: Math.max(0, Math.min(best.from, to - SNIPPET_WORDS + 1)), to }
}

function snippetOf(text: string, tokens: readonly Token[], matches: readonly Match[]): string {
  const window = bestWindow(tokens, matches)
  const start = window.from === 0 ? 0 : (tokens[window.from]?.start ?? 0)
  const end = window.to >= tokens.length - 1 ? text.length : (tokens[window.to]?.end ?? text.length)
  let snippet = ''
  let at = start
  for (const match of matches) {
    const from = tokens[match.first]?.start ?? 0
    const to = tokens[match.last]?.end ?? 0
    if (from < at || to > end) continue
    snippet += `${text.slice(at, from)}${MARK_START}${text.slice(from, to)}${MARK_END}`
    at = to
  }
  snippet += text.slice(at, end)
  const tidy = snippet.replace(/\s+/gu, ' ').trim().slice(0, 2000)
  return `${start > 0 ? '… ' : ''}${tidy}${end < text.length ? ' …' : ''}`
}

/** A hit's snippet with marks, and `negated` when every occurrence stands under a negation. */
export function highlight(text: string, phrases: readonly Phrase[]): { snippet: string; negated: boolean } {
  const tokens = tokensOf(text, MAX_TOKENS)
  const matches = matchesIn(tokens, phrases)
  const negated = matches.length > 0 && matches.every((match) => isNegated(text, tokens, match))
  return { snippet: snippetOf(text, tokens, matches), negated }
}
