/** Case notes with their history, and the search over their words. */
import type { Database } from 'better-sqlite3'
import type { Note, NoteSearch } from '@shared/domain/notes.js'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import { caseIdOf, imageIdOf, noteIdOf } from './ids.js'
import { findingsOf } from './caseRows.js'
import { highlight } from './noteHighlight.js'
import { parseNoteQuery, phraseMatch, type NoteQuery } from './noteQuery.js'
import { storedText } from './noteText.js'

type NoteRecord = {
  noteKey: number
  caseKey: number
  text: string
  author: string | null
  createdAt: string
  updatedAt: string
  revisions: number
}

type RankRecord = { noteKey: number; score: number }
type HitRecord = { caseKey: number; text: string; findings: string; primaryImageKey: number | null }

/**
 * Where every match is ranked: matches times phrases, which is what bm25 costs. Beyond it the words are common ones;
 * then the newest notes are ranked, so many that it costs `NEWEST` times phrases, and notes with the rarer of the words.
 */
const RANKED_WHOLE = 40_000
const NEWEST = 20_000

export class NoteRepository {
  readonly #statements
  constructor(db: Database) {
    this.#statements = {
      byKey: db.prepare<[number], NoteRecord>('SELECT * FROM notes WHERE noteKey = ?'),
      byCase: db.prepare<[number], NoteRecord>('SELECT * FROM notes WHERE caseKey = ? ORDER BY noteKey'),
      sameText: db.prepare<[number, string], { n: number }>(
        'SELECT count(*) AS n FROM notes WHERE caseKey = ? AND text = ?',
      ),
      insert: db.prepare(
        `INSERT INTO notes (caseKey, text, author, createdAt, updatedAt, revisions)
         VALUES (@caseKey, @text, @author, @at, @at, 1)`,
      ),
      update: db.prepare(
        `UPDATE notes SET text = @text, author = @author, updatedAt = @at, revisions = revisions + 1
         WHERE noteKey = @noteKey`,
      ),
      addRevision: db.prepare(
        `INSERT INTO noteRevisions (noteKey, revision, text, author, at)
         VALUES (@noteKey, @revision, @text, @author, @at)`,
      ),
      revisions: db.prepare<[number], { text: string; author: string | null; at: string }>(
        'SELECT text, author, at FROM noteRevisions WHERE noteKey = ? ORDER BY revision',
      ),
      remove: db.prepare('DELETE FROM notes WHERE noteKey = ?'),
      keysOfCase: db.prepare<[number], { noteKey: number }>('SELECT noteKey FROM notes WHERE caseKey = ?'),
      recount: db.prepare(
        `UPDATE cases SET noteCount = (SELECT count(*) FROM notes WHERE notes.caseKey = cases.caseKey)
         WHERE caseKey = ?`,
      ),
      count: db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM notesFts WHERE notesFts MATCH ?'),
      rankAll: db.prepare<[string, number, number], RankRecord>(
        `SELECT rowid AS noteKey, -rank AS score FROM notesFts WHERE notesFts MATCH ?
         ORDER BY rank, rowid LIMIT ? OFFSET ?`,
      ),
      // The inner LIMIT keeps SQLite from ranking them all; outside it only k rows cross into JavaScript.
      rankNewest: db.prepare<[string, number, number], RankRecord>(
        `SELECT noteKey, score FROM (SELECT rowid AS noteKey, -rank AS score FROM notesFts WHERE notesFts MATCH ?
         ORDER BY rowid DESC LIMIT ?) ORDER BY score DESC, noteKey LIMIT ?`,
      ),
      newest: db.prepare<[string, number, number], RankRecord>(
        `SELECT rowid AS noteKey, 0.0 AS score FROM notesFts WHERE notesFts MATCH ?
         ORDER BY rowid DESC LIMIT ? OFFSET ?`,
      ),
      hit: db.prepare<[number], HitRecord>(
        `SELECT notes.caseKey, notes.text, cases.findings, cases.primaryImageKey
         FROM notes JOIN cases ON cases.caseKey = notes.caseKey WHERE notes.noteKey = ?`,
      ),
    }
  }

  /** @throws CASE_NOT_FOUND */
  get(noteKey: number): Note {
    return noteOf(this.#record(noteKey))
  }

  ofCase(caseKey: number): Note[] {
    return this.#statements.byCase.all(caseKey).map(noteOf)
  }

  /** Adds a note; inside the caller's transaction. */
  add(caseKey: number, text: string, author: string | undefined, at: string): number {
    const stored = checkedText(text)
    const values = { caseKey, text: stored, author: author ?? null, at }
    const noteKey = Number(this.#statements.insert.run(values).lastInsertRowid)
    this.#statements.addRevision.run({ noteKey, revision: 1, text: stored, author: author ?? null, at })
    this.#statements.recount.run(caseKey)
    return noteKey
  }

  /** Adds what an import brought, unless the case has the same text already. */
  addImported(caseKey: number, text: string, author: string, at: string): void {
    const stored = storedText(text).trim()
    if (stored === '' || stored.length > LIMITS.noteCharacters) return
    if ((this.#statements.sameText.get(caseKey, stored)?.n ?? 0) > 0) return
    this.add(caseKey, stored, author, at)
  }

  /** Replaces a note's text; the text before stays in its history. */
  change(noteKey: number, text: string, author: string | undefined, at: string): void {
    const record = this.#record(noteKey)
    const stored = checkedText(text)
    if (stored === record.text) return
    const values = { noteKey, text: stored, author: author ?? null, at }
    this.#statements.update.run(values)
    this.#statements.addRevision.run({ ...values, revision: record.revisions + 1 })
  }

  history(noteKey: number): { text: string; at: string; author?: string }[] {
    this.#record(noteKey)
    return this.#statements.revisions.all(noteKey).map(({ text, at, author }) => ({
      text,
      at,
      ...(author === null ? {} : { author }),
    }))
  }

  caseKeyOfNote(noteKey: number): number | undefined {
    return this.#statements.byKey.get(noteKey)?.caseKey
  }

  remove(noteKey: number, caseKey: number): void {
    this.#statements.remove.run(noteKey)
    this.#statements.recount.run(caseKey)
  }

  /** Before a case is deleted: cascades do not fire the triggers that keep the word index true. */
  removeOfCase(caseKey: number): void {
    for (const { noteKey } of this.#statements.keysOfCase.all(caseKey)) this.#statements.remove.run(noteKey)
  }

  /**
   * Notes by words, best bm25 first; ties by age. Words so common that ranking all would take too long rank the
   * newest notes and those with the rarer words; `rankedAmong` then says how many were ranked.
   * @throws QUERY_SYNTAX, QUERY_TOO_LONG
   */
  search(text: string, k: number, offset: number): NoteSearch {
    const started = performance.now()
    const query = parseNoteQuery(text)
    const total = this.#count(query.match)
    const phrases = Math.max(1, query.phrases.length)
    const isWhole = total * phrases <= RANKED_WHOLE
    const among = Math.floor(NEWEST / phrases)
    const ranked = isWhole
      ? this.#statements.rankAll.all(query.match, k, offset)
      : this.#rankedAmong(query, among, k, offset)
    const hits = ranked.flatMap(({ noteKey, score }) => {
      const record = this.#statements.hit.get(noteKey)
      if (!record) return []
      const { snippet, negated } = highlight(record.text, query.phrases)
      return {
        caseId: caseIdOf(record.caseKey),
        noteId: noteIdOf(noteKey),
        snippet,
        score,
        findings: findingsOf(record.findings),
        ...(record.primaryImageKey === null ? {} : { imageId: imageIdOf(record.primaryImageKey) }),
        ...(negated ? { negated } : {}),
      }
    })
    return {
      hits,
      total,
      ...(isWhole ? {} : { rankedAmong: among }),
      milliseconds: performance.now() - started,
    }
  }

  #count(match: string): number {
    return this.#statements.count.get(match)?.n ?? 0
  }

  /** The `among` newest and the notes with rarer words by bm25, then the others from new to old. */
  #rankedAmong({ match, phrases }: NoteQuery, among: number, k: number, offset: number): RankRecord[] {
    const { rankAll, rankNewest, newest } = this.#statements
    const ranked: RankRecord[] = []
    if (offset < among) {
      const wanted = Math.min(k + offset, among)
      const found = new Map(rankNewest.all(match, among, wanted).map((each) => [each.noteKey, each]))
      // Words that must all occur are each at least as common as the notes found.
      const rare = match.includes(' OR ') ? phrases.map(phraseMatch).filter((one) => this.#isRare(one)) : []
      if (rare.length > 0)
        for (const each of rankAll.all(`(${match}) AND (${rare.join(' OR ')})`, wanted, 0))
          found.set(each.noteKey, each)
      const best = [...found.values()].sort((a, b) => b.score - a.score || a.noteKey - b.noteKey)
      ranked.push(...best.slice(offset, Math.min(offset + k, among)))
    }
    const rest = k - ranked.length
    return rest === 0 ? ranked : [...ranked, ...newest.all(match, rest, Math.max(offset, among))]
  }

  #isRare(match: string): boolean {
    return this.#count(match) <= NEWEST / 4
  }

  #record(noteKey: number): NoteRecord {
    const record = this.#statements.byKey.get(noteKey)
    if (!record) throw new HilumError('CASE_NOT_FOUND', 'This note is not in the library any more.')
    return record
  }
}

function checkedText(text: string): string {
  const stored = storedText(text)
  if (stored.trim() === '') throw new HilumError('PAYLOAD_INVALID', 'The note is empty.')
  if (stored.length > LIMITS.noteCharacters) throw new HilumError('PAYLOAD_INVALID', 'The note is too long.')
  return stored
}

function noteOf(record: NoteRecord): Note {
  return {
    noteId: noteIdOf(record.noteKey),
    caseId: caseIdOf(record.caseKey),
    text: record.text,
    ...(record.author === null ? {} : { author: record.author }),
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    revisions: record.revisions,
  }
}
