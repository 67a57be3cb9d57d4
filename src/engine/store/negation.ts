/**
 * Whether words in a note are denied there ("no effusion", "pneumonia was ruled out"). After NegEx: Chapman et
 * al., J Biomed Inform 2001;34:301, with its trigger phrases, window and terminating words.
 */
import type { Token } from './noteText.js'

/** Tokens from the first to the last, both among them. */
export type Match = { first: number; last: number }

const phrases = (text: string) => text.split('|').map((each) => each.trim().split(' '))

/** Stand before what they deny. */
const BEFORE = phrases(
  `no|not|without|denies|denied|denying|negative for|no evidence of|absence of|absent|free of|clear of|
   rules out|ruled out|rule out|never|none|neither|nor|fails to reveal|no sign of|no signs of|unremarkable for|
   resolved|lack of|lacks|cannot see|kein|keine|keinen|ohne|sin|sans|pas de|niente|senza`,
)
/** Stand after what they deny. */
const AFTER = phrases(
  `is ruled out|was ruled out|are ruled out|were ruled out|has been ruled out|have been ruled out|not seen|
   is not seen|are not seen|not identified|is absent|are absent|was negative|were negative|is negative|
   are negative|unlikely|is unlikely|excluded|is excluded|are excluded|not present|is not present|has resolved|
   have resolved|not demonstrated|not visualized|not visualised`,
)
/** Look like a negation and are none. */
const PSEUDO = phrases(
  `no change|no increase|no interval change|no significant change|not only|no further|without change|
   not certain if|not certain whether|not necessarily|without difficulty|no longer improving|cannot be excluded|
   not excluded|cannot exclude|can not be excluded|not ruled out|cannot be ruled out`,
)
/** End what a negation before them reaches. */
const ENDS = new Set(
  `but however although though except nevertheless yet still which secondary cause because aber jedoch pero`.split(
    ' ',
  ),
)
/** Words a negation reaches over; lists ("no effusion, edema or pneumothorax") are within. */
const REACH = 8

function standsAt(tokens: readonly Token[], at: number, phrase: readonly string[]): boolean {
  return phrase.every((word, offset) => tokens[at + offset]?.word === word)
}

function longestAt(tokens: readonly Token[], at: number, list: readonly string[][]): number {
  let longest = 0
  for (const phrase of list)
    if (phrase.length > longest && standsAt(tokens, at, phrase)) longest = phrase.length
  return longest
}

/** A sentence, or a clause set apart, ends between two tokens. */
function endsBetween(text: string, left: Token | undefined, right: Token | undefined): boolean {
  if (!left || !right) return true
  const between = text.slice(left.end, right.start)
  return /[;:!?]|\.(\s|$)|\n\s*\n|\n\s*[-*•\d]/u.test(between)
}

function sentenceAround(text: string, tokens: readonly Token[], match: Match): { from: number; to: number } {
  let from = match.first
  while (from > 0 && match.first - from < REACH + 6 && !endsBetween(text, tokens[from - 1], tokens[from]))
    from -= 1
  let to = match.last
  while (to < tokens.length - 1 && to - match.last < REACH && !endsBetween(text, tokens[to], tokens[to + 1]))
    to += 1
  return { from, to }
}

/** True when the matched words are denied in their sentence. Words that deny themselves ("no effusion") are not. */
export function isNegated(text: string, tokens: readonly Token[], match: Match): boolean {
  const sentence = sentenceAround(text, tokens, match)
  let reachEnds = -1
  for (let at = sentence.from; at < match.first; at += 1) {
    if (ENDS.has(tokens[at]?.word ?? '')) reachEnds = -1
    const pseudo = longestAt(tokens, at, PSEUDO)
    const length = longestAt(tokens, at, BEFORE)
    if (pseudo > 0) at += pseudo - 1
    else if (length > 0 && at + length - 1 < match.first) {
      reachEnds = at + length - 1 + REACH
      at += length - 1
    }
  }
  if (reachEnds >= match.first) return true
  for (let at = match.last + 1; at <= sentence.to; at += 1) {
    if (ENDS.has(tokens[at]?.word ?? '')) return false
    if (longestAt(tokens, at, PSEUDO) > 0) return false
    const length = longestAt(tokens, at, AFTER)
    if (length > 0) return true
  }
  return false
}
