/**
 * Search words -> FTS5 query. Words are quoted one by one, so nothing a person types is taken for FTS5's own
 * syntax: `"exact phrase"`, `prefix*`, `AND`, `OR`, `NOT` in capitals, brackets. Words beside each other are AND.
 */
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import { NO_WORDS } from '@shared/searchWords.js'
import { tokensOf } from './noteText.js'

/** Words that must follow each other; the last may be a prefix. */
export type Phrase = {
  /** Folded, as a note's own words are for marking them. */
  words: string[]
  /** As typed: FTS5 folds them as it folded the notes, which outside Latin script is not our folding. */
  typed: string[]
  prefix: boolean
}
export type NoteQuery = {
  /** For FTS5's MATCH. */
  match: string
  /** What a hit may be found by: everything but what stands under NOT. */
  phrases: Phrase[]
}

type Lexeme = { kind: 'phrase'; phrase: Phrase } | { kind: 'AND' | 'OR' | 'NOT' | '(' | ')' }

const LEXEME = /\s+|"([^"]*)"(\*?)|[()]|[^\s()"]+|"/gu
/** Nested brackets beyond this are no person's search. */
const MAX_DEPTH = 20

/** One phrase for FTS5's MATCH. */
export function phraseMatch({ typed, prefix }: Phrase): string {
  return `"${typed.join(' ')}"${prefix ? '*' : ''}`
}

function wrong(message: string): HilumError {
  return new HilumError('QUERY_SYNTAX', message)
}

function phraseOf(text: string, prefix: boolean): Lexeme | undefined {
  const tokens = tokensOf(text)
  if (tokens.length === 0) return undefined
  const words = tokens.map(({ word }) => word)
  const typed = tokens.map(({ start, end }) => text.slice(start, end))
  return { kind: 'phrase', phrase: { words, typed, prefix } }
}

function lexemesOf(text: string): Lexeme[] {
  const lexemes: Lexeme[] = []
  for (const match of text.replace(/[“”„«»]/gu, '"').matchAll(LEXEME)) {
    const [whole, quoted, star] = match
    if (whole.trim() === '') continue
    if (whole === '"') throw wrong('A quotation mark is not closed.')
    if (whole === '(' || whole === ')' || whole === 'AND' || whole === 'OR' || whole === 'NOT') {
      lexemes.push({ kind: whole })
      continue
    }
    const phrase =
      quoted === undefined ? phraseOf(whole, whole.endsWith('*')) : phraseOf(quoted, star === '*')
    if (phrase) lexemes.push(phrase)
  }
  return lexemes
}

/** Recursive descent over: or := and (OR and)* ; and := unit ((AND | NOT)? unit)* ; unit := phrase | ( or ). */
class Parser {
  readonly phrases: Phrase[] = []
  #at = 0
  #depth = 0
  #excluded = 0
  readonly #lexemes: readonly Lexeme[]
  constructor(lexemes: readonly Lexeme[]) {
    this.#lexemes = lexemes
  }

  whole(): string {
    const match = this.#or()
    if (this.#peek() !== undefined) throw wrong('A bracket is closed that was not opened.')
    return match
  }

  #peek() {
    return this.#lexemes[this.#at]?.kind
  }

  #or(): string {
    const sides = [this.#and()]
    while (this.#peek() === 'OR') {
      this.#at += 1
      sides.push(this.#and())
    }
    return sides.length === 1 ? (sides[0] ?? '') : `(${sides.join(' OR ')})`
  }

  #and(): string {
    let match = this.#unit()
    for (;;) {
      const next = this.#peek()
      if (next === undefined || next === 'OR' || next === ')') return match
      if (next === 'NOT') {
        this.#at += 1
        this.#excluded += 1
        match = `(${match} NOT ${this.#unit()})`
        this.#excluded -= 1
        continue
      }
      if (next === 'AND') this.#at += 1
      if (this.#peek() === 'NOT') continue
      match = `(${match} AND ${this.#unit()})`
    }
  }

  #unit(): string {
    const lexeme = this.#lexemes[this.#at]
    this.#at += 1
    if (lexeme === undefined) throw wrong('The search ends where a word should follow.')
    if (lexeme.kind === 'phrase') {
      if (this.#excluded === 0) this.phrases.push(lexeme.phrase)
      return phraseMatch(lexeme.phrase)
    }
    if (lexeme.kind === '(') {
      this.#depth += 1
      if (this.#depth > MAX_DEPTH) throw wrong('There are too many brackets.')
      const inner = this.#or()
      if (this.#peek() !== ')') throw wrong('A bracket is not closed.')
      this.#at += 1
      this.#depth -= 1
      return inner
    }
    if (lexeme.kind === 'NOT')
      throw wrong('NOT needs words before it: what to find, then NOT what to leave out.')
    if (lexeme.kind === ')') throw wrong('A bracket is empty or closed that was not opened.')
    throw wrong(`${lexeme.kind} needs a word on both sides.`)
  }
}

/**
 * Parses what a person typed.
 * @throws QUERY_SYNTAX with a sentence saying what is wrong; QUERY_TOO_LONG
 */
export function parseNoteQuery(text: string): NoteQuery {
  if (text.length > LIMITS.textCharacters) throw new HilumError('QUERY_TOO_LONG')
  const lexemes = lexemesOf(text)
  if (lexemes.length === 0)
    throw wrong(text.trim() === '' ? 'Write at least one word to search for.' : NO_WORDS)
  const parser = new Parser(lexemes)
  return { match: parser.whole(), phrases: parser.phrases }
}

/** Words for finding a case as one types: each must occur, as a beginning; nothing in them is syntax. */
export function wordPrefixes(text: string): string[] {
  // A single letter begins a word of every case: it counts as a whole word.
  return tokensOf(text.slice(0, LIMITS.textCharacters)).map(({ word }) =>
    word.length > 1 ? `"${word}"*` : `"${word}"`,
  )
}
