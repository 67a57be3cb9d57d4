/** What people really drop, write and search for, over the whole engine: everything is answered, in words. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeWorld, type World } from '../contract/world.js'
import { startEngine, type RunningEngine } from '../support/engine.js'
import { dicom, png } from '../fixtures/pictures.js'

let world: World
let engine: RunningEngine

const call: RunningEngine['call'] = (method, payload) => engine.call(method, payload)
const bytesSource = (name: string, bytes: Uint8Array) =>
  ({ kind: 'bytes', name, bytes: Uint8Array.from(bytes) }) as const
const library = (name: string) => call('library.open', { path: join(world.userData, name), create: true })

beforeAll(async () => {
  world = await makeWorld()
  engine = await startEngine(world)
})
afterAll(async () => {
  await engine.close()
  await world.remove()
})

describe('studies', () => {
  it('opens a study of 2,000 files, groups it, and lists each file that is no image', async () => {
    const image = await png(5)
    const film = dicom(6, { view: 'AP', header: { patientId: 'MANY', studyKey: 'many/1' } })
    const sources = [
      bytesSource('study/film.dcm', film),
      ...Array.from({ length: 999 }, (_, i) => bytesSource(`study/${i}.png`, image)),
      ...Array.from({ length: 1000 }, (_, i) => bytesSource(`study/${i}.dcm`, Buffer.from(`page ${i}`))),
    ]
    const opened = await call('query.open', { sources })
    const images = opened.studies.flatMap(({ series }) => series.flatMap((one) => one.images))
    expect(images).toHaveLength(1000)
    expect(opened.failures).toHaveLength(1000)
    expect(images.find(({ queryId }) => queryId === opened.primary)?.facts.file).toContain('film.dcm')
  }, 180_000)

  it('says why a study of reports alone has no image', async () => {
    const text = bytesSource('report.pdf', Buffer.from('%PDF-1.7\n'))
    const opened = await call('query.open', { sources: [text] })
    expect(opened.primary).toBeUndefined()
    expect(opened.failures[0]?.message).toMatch(/\S.*\.$/)
  })
})

describe('the view of an image', () => {
  it('is told apart from one that the file states', async () => {
    const opened = await call('query.open', {
      sources: [
        bytesSource('tagless.png', await png(5)),
        bytesSource('tagged.dcm', dicom(6, { view: 'AP', header: { patientId: 'V', studyKey: 'v/1' } })),
      ],
    })
    const images = opened.studies.flatMap(({ series }) => series.flatMap((one) => one.images))
    const said = images.map(({ facts, view, viewSeen }) => [facts.file, view, viewSeen])
    expect(said).toContainEqual(['tagless.png', 'frontal', true])
    expect(said).toContainEqual(['tagged.dcm', 'frontal', undefined])
  })
})

describe('libraries with one finding, or none', () => {
  it('searches, and gives no evidence it has no ground for', async () => {
    for (const [name, finding] of [
      ['one class', 'NORMAL'],
      ['no labels', undefined],
    ] as const) {
      const folder = join(world.userData, `${name} files`)
      const cases = finding === undefined ? folder : join(folder, finding)
      await mkdir(cases, { recursive: true })
      // Of one finding as many as a share could be stated of.
      const many = finding === undefined ? 4 : 34
      for (let i = 0; i < many; i++) await writeFile(join(cases, `${i}.png`), await png(500 + i))
      await library(name)
      const imported = await call('import.run', { sources: [{ kind: 'path', path: folder }] })
      expect(imported.imported).toBe(many)
      await expect
        .poll(async () => (await call('library.health', {})).state, { timeout: 60_000, interval: 200 })
        .toBe('ready')
      const { primary } = await call('query.open', { sources: [{ kind: 'path', path: world.query }] })
      const found = await call('search.image', { queryId: primary as string })
      expect(found.hits).toHaveLength(Math.min(many, 10))
      expect(found.contrast).toEqual([])
      for (const line of found.evidence) expect(line.sameLabel).toBeUndefined()
      expect(found.evidenceNote).toMatch(
        finding === undefined ? /None of these cases carries/ : /Every labelled case .* this finding/,
      )
      const path = join(world.userData, '..', `${name}.pdf`)
      const report = await call('report.create', { queryId: primary as string, k: 5, path })
      expect(report.pages).toBeGreaterThan(0)
      const again = await call('report.rerun', { report: { kind: 'path', path } })
      expect(again).toMatchObject({ identical: true, differences: [] })
      const own = engine.client.call('evaluate.run', { gallery: 'library', queries: 'library' })
      if (finding === undefined)
        await expect(own).resolves.toMatchObject({ ok: false, problem: { code: 'EVALUATION_INVALID' } })
      else {
        const remarks = [expect.stringContaining('Every image of the gallery is labelled normal')] as unknown
        await expect(own).resolves.toMatchObject({ ok: true, value: { precisionAt: { '1': 1 }, remarks } })
      }
      const words = await call('search.text', { text: 'pneumonia consolidation' })
      expect(words.query.abstained).toBe(false)
      expect(words.query.remarks?.join(' ')).toMatch(
        finding === undefined ? /No case of this library carries a finding/ : /same finding, normal/,
      )
    }
  })
})

describe('notes', () => {
  it.each([
    ['HTML', '<script>alert(1)</script> <b>zygoma</b>', 'zygoma'],
    ['NUL and control characters', 'before\u0000after \u0007zygoma', 'zygoma'],
    ['right-to-left text', 'التهاب رئوي في الفص السفلي', 'رئوي'],
    ['emoji and lone surrogates', '🫁 zygoma 👩🏽‍⚕️ \ud800', 'zygoma'],
    ['a megabyte', `${'filler words here '.repeat(58_000)}zygoma`, 'zygoma'],
  ])(
    '%s is kept, found, and put into a report',
    async (_, text, word) => {
      await library('one class')
      const { rows } = await call('cases.list', { offset: 0, limit: 1 })
      const caseId = rows[0]?.caseId as string
      const note = await call('notes.save', { caseId, text })
      const found = await call('search.notes', { text: word })
      expect(found.hits.map(({ noteId }) => noteId)).toContain(note.noteId)
      const snippet = found.hits.find(({ noteId }) => noteId === note.noteId)?.snippet ?? ''
      expect(snippet).toContain(`\uE000${word}\uE001`)
      expect(snippet.length).toBeLessThan(600)
      const { primary } = await call('query.open', { sources: [{ kind: 'path', path: world.query }] })
      const report = await call('report.create', { queryId: primary as string, noteIds: [note.noteId] })
      expect(report.pages).toBeGreaterThan(0)
      expect(await call('notes.delete', { noteId: note.noteId })).toEqual({ deleted: true })
    },
    120_000,
  )
})

describe('words', () => {
  it.each(['', '   ', '\u0000', '👍🏽 🫁', '?! …'])('%j is answered by a sentence', async (text) => {
    await library('one class')
    for (const method of ['search.text', 'search.notes'] as const) {
      const answer = await engine.client.call(method, { text })
      if (!answer.ok) expect(answer.problem).toMatchObject({ code: 'QUERY_SYNTAX' })
      else if ('query' in answer.value) expect(answer.value.query.abstained).toBe(true)
    }
  })

  it('of 100,000 characters are refused at once', async () => {
    for (const method of ['search.text', 'search.notes'] as const)
      expect(await engine.client.call(method, { text: 'pneumonia '.repeat(10_000) })).toMatchObject({
        ok: false,
        problem: { code: 'QUERY_TOO_LONG' },
      })
  })
})

it('replaces a report that another program has open, whole', async () => {
  await library('one class')
  const path = join(world.userData, 'open.pdf')
  await writeFile(path, 'the old one')
  const { primary } = await call('query.open', { sources: [{ kind: 'path', path: world.query }] })
  const made = await call('report.create', { queryId: primary as string, path })
  expect(await readFile(path)).toEqual(Buffer.from(made.pdf))
})
