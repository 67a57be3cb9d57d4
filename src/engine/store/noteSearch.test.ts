import * as fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HilumError } from '@shared/errors.js'
import { drawnImage, temporaryFolder } from '../../../tests/support/library.js'
import { openLibrary } from './openLibrary.js'
import type { SqliteLibrary } from './sqliteLibrary.js'

const NOTES = [
  'Right lower lobe consolidation. No pleural effusion or pneumothorax.',
  'Pneumothorax was ruled out. There is a small left effusion.',
  'Œdème pulmonaire. Épanchement à gauche, naïve catheter.',
  'No change in the right effusion. Consolidation cannot be excluded.',
  'Heart size normal. Lungs clear. X-ray after extubation.',
  'Denies fever, but cough persists with consolidation at the left base.',
]
let folder: string
let library: SqliteLibrary

beforeAll(() => {
  folder = temporaryFolder()
  library = openLibrary(folder, { create: true })
  library.addImages(NOTES.map((notes, at) => drawnImage(at, { notes })))
})
afterAll(() => {
  library.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

const found = (text: string) =>
  library
    .searchNotes(text, 20, 0)
    .hits.map((hit) => Number(hit.caseId.slice(5)))
    .sort()
const problemOf = (text: string) => {
  try {
    library.searchNotes(text, 5, 0)
  } catch (error) {
    if (error instanceof HilumError) return error.problem
  }
  return undefined
}

describe('searching notes', () => {
  it.each([
    ['consolidation', [1, 4, 6]],
    ['right effusion', [1, 4]],
    ['"right effusion"', [4]],
    ['“right lower lobe”', [1]],
    ['pneumo*', [1, 2]],
    ['"lower lo"*', [1]],
    ['consolidation OR normal', [1, 4, 5, 6]],
    ['effusion AND NOT consolidation', [2]],
    ['effusion NOT (consolidation OR pneumothorax)', []],
    ['(normal OR fever) AND (clear OR cough)', [5, 6]],
    ['epanchement', [3]],
    ['ÉPANCHEMENT', [3]],
    ['naive', [3]],
    ['x-ray', [5]],
    ['and', []],
    ['zebra', []],
    ['text:consolidation', []],
    ['NEAR(right lobe)', []],
    ['col^umn *', []],
  ])('%s', (text, expected) => expect(found(text)).toEqual(expected))

  it.each([
    ['"right', 'quotation'],
    ['(right', 'bracket is not closed'],
    ['right)', 'bracket'],
    ['()', 'bracket'],
    ['NOT effusion', 'NOT needs words before'],
    ['right AND', 'ends where a word'],
    ['OR right', 'OR needs a word'],
    ['', 'at least one word'],
    ['?!', 'no letter or digit'],
    ['👍🫁', 'no letter or digit'],
    ['"👍"', 'no letter or digit'],
    ['('.repeat(40), 'brackets'],
  ])('%s is answered by a sentence', (text, sentence) => {
    expect(problemOf(text)).toMatchObject({ code: 'QUERY_SYNTAX' })
    expect(problemOf(text)?.message).toContain(sentence)
  })

  it('refuses what nobody types', () => {
    expect(problemOf('a'.repeat(100_000))?.code).toBe('QUERY_TOO_LONG')
  })

  it('marks the words in a snippet of plain text', () => {
    const [hit] = library.searchNotes('"lower lobe" pleural', 1, 0).hits
    expect(hit?.snippet).toBe(
      'Right \uE000lower lobe\uE001 consolidation. No \uE000pleural\uE001 effusion or pneumothorax.',
    )
    library.addImages([
      drawnImage(50, { notes: `${'filler word '.repeat(3000)} <b>zygoma</b> ${'tail '.repeat(3000)}` }),
    ])
    const [long] = library.searchNotes('zygoma', 1, 0).hits
    expect(long?.snippet).toMatch(/^… .*<b>\uE000zygoma\uE001<\/b> tail.* …$/)
    expect(long?.snippet.length).toBeLessThan(400)
  })

  it.each([
    ['effusion', [1]],
    ['pneumothorax', [1, 2]],
    ['consolidation', []],
    ['fever', [6]],
    ['cough', []],
    ['"no pleural effusion"', []],
  ])('%s is denied in the notes that say so', (text, denied) => {
    const hits = library.searchNotes(text, 20, 0).hits.filter((hit) => hit.negated === true)
    expect(hits.map((hit) => Number(hit.caseId.slice(5))).sort()).toEqual(denied)
  })

  it('ranks the note that says it most first, and pages without a gap', () => {
    library.addImages([drawnImage(60, { notes: 'Nodule, nodule, nodule.' })])
    library.addImages(
      Array.from({ length: 30 }, (_, at) =>
        drawnImage(100 + at, { notes: `A nodule among other words ${at}.` }),
      ),
    )
    const first = library.searchNotes('nodule', 10, 0)
    expect(first.total).toBe(31)
    expect(library.case(first.hits[0]?.caseId ?? '').noteList[0]?.text).toBe('Nodule, nodule, nodule.')
    const all = [0, 10, 20, 30].flatMap((offset) => library.searchNotes('nodule', 10, offset).hits)
    expect(new Set(all.map((hit) => hit.noteId)).size).toBe(31)
  })
})

describe('words that every note says', () => {
  const COUNT = 25_000
  let many: string
  let full: SqliteLibrary
  beforeAll(() => {
    many = temporaryFolder()
    full = openLibrary(many, { create: true })
    full.addImages([drawnImage(1)])
    full.write('test.fill', 'notes', {}, () => {
      const insert = full.db.prepare(
        `INSERT INTO notes (caseKey, text, createdAt, updatedAt, revisions) VALUES (1, ?, '2024', '2024', 1)`,
      )
      for (let at = 1; at <= COUNT; at += 1)
        insert.run(
          at === 7
            ? 'film chest zygoma'
            : at % 5000 === 3
              ? 'film film film chest'
              : `film chest, ${'word '.repeat(at % 7)}`,
        )
    })
  })
  afterAll(() => {
    full.close()
    fs.rmSync(many, { recursive: true, force: true })
  })
  const plain = (match: string, k: number) =>
    full.db
      .prepare<[string, number], { key: number }>(
        'SELECT rowid AS key FROM notesFts WHERE notesFts MATCH ? ORDER BY bm25(notesFts), rowid LIMIT ?',
      )
      .all(match, k)
      .map(({ key }) => key)
  const keys = (text: string, k: number, offset = 0) =>
    full.searchNotes(text, k, offset).hits.map((hit) => Number(hit.noteId.slice(5)))

  it('are ranked exactly where that costs little', () => {
    const answer = full.searchNotes('film', 20, 0)
    expect(answer).toMatchObject({ total: COUNT })
    expect(answer).not.toHaveProperty('rankedAmong')
    expect(keys('film', 200)).toEqual(plain('film', 200))
  })

  it('are ranked among the newest beyond that, which the answer says; every note comes once', () => {
    const answer = full.searchNotes('film chest', 20, 0)
    expect(answer).toMatchObject({ total: COUNT, rankedAmong: 10_000 })
    const newest = COUNT - 10_000
    const exact = plain('film chest', COUNT).filter((key) => key > newest)
    expect(keys('film chest', 300)).toEqual(exact.slice(0, 300))
    const pages = Array.from({ length: 26 }, (_, page) => keys('film chest', 990, page * 990)).flat()
    expect(pages).toHaveLength(COUNT)
    expect(new Set(pages).size).toBe(COUNT)
  })

  it('do not hide an old note with a rare word', () => {
    expect(keys('film OR zygoma', 1)).toEqual([7])
  })
})
