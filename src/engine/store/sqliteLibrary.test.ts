import * as fs from 'node:fs'
import * as path from 'node:path'
import { SqliteError } from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HilumError } from '@shared/errors.js'
import {
  drawnImage,
  drawnImages,
  temporaryFolder,
  TEST_DIMENSION,
  TEST_MODEL,
} from '../../../tests/support/library.js'
import type { SqliteLibrary } from './sqliteLibrary.js'
import { openLibrary } from './openLibrary.js'

let folder: string
let library: SqliteLibrary

beforeEach(() => {
  folder = temporaryFolder()
  library = openLibrary(folder, { create: true })
})
afterEach(() => {
  library.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

const codeOf = (step: () => unknown) => {
  try {
    step()
  } catch (error) {
    return error instanceof HilumError ? error.code : String(error)
  }
  return 'no error'
}
const filesBelow = (root: string): string[] =>
  fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))

describe('adding images', () => {
  it('gives ids in order, keeps originals by content and finds duplicates by pixels', () => {
    const added = library.addImages([...drawnImages(0, 3), drawnImage(1)])
    expect(added).toEqual([
      { imageId: 'image-0001', caseId: 'case-0001' },
      { imageId: 'image-0002', caseId: 'case-0002' },
      { imageId: 'image-0003', caseId: 'case-0003' },
      'duplicate',
    ])
    expect(library.addImages([drawnImage(2)])).toEqual(['duplicate'])
    const stored = library.image('image-0002')
    const item = library.imageItem('image-0002')
    expect(item.locator.kind === 'file' && fs.readFileSync(item.locator.path)).toEqual(
      Buffer.from(drawnImage(1).original),
    )
    expect(item.locator.kind === 'file' && fs.statSync(item.locator.path).mode & 0o777).toBe(0o600)
    expect(stored.caseId).toBe('case-0002')
    expect(library.info()).toMatchObject({
      cases: 3,
      images: 3,
      indexVectors: 3,
      model: TEST_MODEL,
      synthetic: true,
    })
  })

  it('keeps one study of one patient as one case, led by its frontal view', () => {
    const study = { patientId: 'P1', studyInstanceUid: '1.2.3', patientSex: 'F' as const }
    library.addImages([
      drawnImage(1, { study: { ...study, viewPosition: 'LL' }, view: 'lateral', findings: ['pneumonia'] }),
      drawnImage(2, { study: { ...study, viewPosition: 'AP' }, view: 'frontal' }),
      drawnImage(3, { study: { ...study, patientId: 'P2' } }),
      drawnImage(4, { labels: { patientId: 'P1', studyDate: '2020-01-02', notes: 'Cough.' } }),
      drawnImage(5, { labels: { patientId: 'P1', studyDate: '2020-01-02', notes: 'Cough.' } }),
      drawnImage(6, { labels: { patientId: 'P1' } }),
    ])
    const { total, rows } = library.cases({ offset: 0, limit: 10 })
    expect(total).toBe(4)
    expect(rows.map((row) => [row.images, row.imageId, row.view, row.findings, row.notes])).toEqual([
      [2, 'image-0002', 'frontal', ['PNEUMONIA'], 0],
      [1, 'image-0003', 'frontal', [], 0],
      [2, 'image-0004', 'frontal', [], 1],
      [1, 'image-0006', 'frontal', [], 0],
    ])
    expect(library.info().patients).toBe(2)
    expect(rows[0]?.study.viewPosition).toBe('AP')
    expect(library.cases({ offset: 0, limit: 1, filters: { views: ['LL'] } }).total).toBe(0)
  })

  it('names an unlabelled duplicate from a later import, and never overrules a label', () => {
    library.addImages([drawnImage(1), drawnImage(2, { findings: ['NORMAL'] })])
    library.addImages([
      drawnImage(1, { findings: ['PNEUMONIA'] }),
      drawnImage(2, { findings: ['PNEUMONIA'] }),
    ])
    expect(library.case('case-0001').findings).toEqual(['PNEUMONIA'])
    expect(library.case('case-0002').findings).toEqual(['NORMAL'])
  })

  it('names copies whose labels contradict the stored ones, until somebody sets these or deletes the case', () => {
    library.addImages([
      drawnImage(1, { findings: ['NORMAL'] }),
      drawnImage(2, { findings: ['MASS', 'EFFUSION'] }),
    ])
    const again = (seed: number, ...findings: string[]) =>
      library.addImages([drawnImage(seed, { findings })])[0]
    const conflict = { file: 'drawn/1.png', caseId: 'case-0001', offered: ['PNEUMONIA'], stored: ['NORMAL'] }
    expect(again(1, 'pneumonia')).toEqual({ conflict })
    expect(library.labelConflicts()).toEqual({ total: 1, shown: [conflict] })
    // The same again is no second one; what the case carries among others is none at all.
    expect(again(1, 'PNEUMONIA')).toEqual({ conflict })
    expect([again(1, 'normal'), again(2, 'Effusion'), again(2)]).toEqual([
      'duplicate',
      'duplicate',
      'duplicate',
    ])
    expect(again(2, 'Effusion', 'NORMAL')).toMatchObject({ conflict: { stored: ['EFFUSION', 'MASS'] } })
    expect(library.labelConflicts().total).toBe(2)
    expect(library.info().findings).toEqual({ EFFUSION: 1, MASS: 1, NORMAL: 1 })
    library.setFindings('case-0001', ['NORMAL'])
    expect(library.labelConflicts().shown.map(({ caseId }) => caseId)).toEqual(['case-0002'])
    library.deleteCases(['case-0002'])
    expect(library.labelConflicts()).toEqual({ total: 0, shown: [] })
  })

  it('parts a list of findings that was kept as one, when it is brought again', () => {
    library.addImages([drawnImage(1, { findings: ['COVID-19, ARDS'] })])
    expect(library.addImages([drawnImage(1, { findings: ['COVID-19', 'ARDS'] })])).toEqual(['duplicate'])
    expect(library.info()).toMatchObject({ findings: { ARDS: 1, 'COVID-19': 1 }, labelled: 1 })
    expect(library.labelConflicts().total).toBe(0)
  })

  it('adds none of a batch that holds a broken embedding', () => {
    const broken = { ...drawnImage(2), embedding: new Float32Array(TEST_DIMENSION).fill(Number.NaN) }
    expect(codeOf(() => library.addImages([drawnImage(1), broken]))).toBe('MODEL_FAILED')
    const other = { ...drawnImage(3), embedding: new Float32Array(3).fill(0.5) }
    library.addImages([drawnImage(1)])
    expect(codeOf(() => library.addImages([other]))).toBe('MODEL_FAILED')
    expect(library.info().images).toBe(1)
    expect(library.check().problems).toEqual([])
  })
})

describe('vectors', () => {
  it('come back bit for bit, by key, by image and all in key order', () => {
    library.addImages(drawnImages(0, 5, { findings: ['NORMAL'] }))
    const { keys, vectors, dimension } = library.vectors(TEST_MODEL)
    expect([...keys]).toEqual([1, 2, 3, 4, 5])
    expect(dimension).toBe(TEST_DIMENSION)
    expect(vectors.slice(3 * dimension, 4 * dimension)).toEqual(drawnImage(3).embedding)
    expect(library.vectorOf('image-0004', TEST_MODEL)).toEqual(drawnImage(3).embedding)
    expect(library.vectorOf('image-0004', 'another model')).toBeUndefined()
    const rows = library.vectorRows([5, 99, 2])
    expect(rows.map((row) => [row.key, row.imageId, row.row.caseId, row.file, row.row.findings])).toEqual([
      [5, 'image-0005', 'case-0005', 'drawn/4.png', ['NORMAL']],
      [2, 'image-0002', 'case-0002', 'drawn/1.png', ['NORMAL']],
    ])
  })

  it('are filtered with the count each single filter costs', () => {
    library.addImages([
      drawnImage(1, { findings: ['NORMAL'], source: 'A', labels: { sex: 'F', age: 3, patientId: 'P1' } }),
      drawnImage(2, { findings: ['NORMAL'], source: 'B', labels: { sex: 'M', age: 30 } }),
      drawnImage(3, { findings: ['PNEUMONIA'], source: 'A', labels: { sex: 'F', age: 50 }, view: 'lateral' }),
    ])
    const found = library.filteredKeys({ findings: ['NORMAL'], sources: ['A'] })
    expect([...found.keys]).toEqual([1])
    expect(found.withoutFilter).toEqual({ findings: 2, sources: 2 })
    expect([...library.filteredKeys({ ageMin: 10, ageMax: 40 }).keys]).toEqual([2])
    expect([...library.filteredKeys({ sexes: ['F'], frontalOnly: true }).keys]).toEqual([1])
    expect([...library.filteredKeys({ otherPatientsOnly: true }, 'P1').keys]).toEqual([2, 3])
    library.setFindings('case-0003', ['normal'])
    expect([...library.filteredKeys({ findings: ['NORMAL'] }).keys]).toEqual([1, 2, 3])
  })
})

describe('listing cases', () => {
  it('sorts with missing values last, filters, and finds by words of case, file and notes', () => {
    library.addImages([
      drawnImage(1, { labels: { age: 40, patientId: 'Zoë' }, findings: ['NORMAL'] }),
      drawnImage(2, { findings: ['PNEUMONIA'], labels: { notes: 'Left basal consolidation' } }),
      drawnImage(3, { labels: { age: 7 }, source: 'Ward' }),
    ])
    const ids = (query: object) =>
      library.cases({ offset: 0, limit: 10, ...query }).rows.map((row) => Number(row.caseId.slice(5)))
    expect(ids({ sort: 'age' })).toEqual([3, 1, 2])
    expect(ids({ sort: 'age', descending: true })).toEqual([1, 3, 2])
    expect(ids({ sort: 'number', descending: true })).toEqual([3, 2, 1])
    expect(ids({ words: 'consol' })).toEqual([2])
    expect(ids({ words: 'zoe' })).toEqual([1])
    expect(ids({ words: 'ward 3' })).toEqual([3])
    expect(ids({ words: '"NOT (' })).toEqual([])
    expect(ids({ filters: { findings: ['NORMAL', 'PNEUMONIA'] } })).toEqual([1, 2])
    expect(library.cases({ offset: 1, limit: 1 })).toMatchObject({
      total: 3,
      rows: [{ caseId: 'case-0002' }],
    })
  })
})

describe('deleting', () => {
  it('leaves nothing of a case in any file, and keeps what another case needs', () => {
    const canary = 'Quetzalcoatlus'
    library.addImages([
      drawnImage(1, { preview: true, labels: { patientId: canary, notes: `Seen ${canary} twice.` } }),
      drawnImage(2, { preview: true }),
    ])
    library.saveNote({ caseId: 'case-0001', text: `${canary} again` })
    const object = library.image('image-0001').objectSha256
    expect(library.preview('image-0001', 16)).toBeDefined()
    expect(library.deleteCases(['case-0001', 'case-0001', 'case-0099'])).toBe(1)
    expect(library.info()).toMatchObject({ cases: 1, images: 1, patients: 0 })
    expect(codeOf(() => library.case('case-0001'))).toBe('CASE_NOT_FOUND')
    expect(fs.existsSync(library.objects.pathOf(object))).toBe(false)
    for (const file of filesBelow(folder)) {
      const bytes = fs.readFileSync(file)
      for (const spelling of [canary, canary.toLowerCase(), 'drawn/1.png'])
        expect(bytes.includes(spelling), `${spelling} in ${file}`).toBe(false)
      expect(bytes.includes(Buffer.from(drawnImage(1).embedding.buffer)), `embedding in ${file}`).toBe(false)
    }
    expect(library.addImages([drawnImage(1)])).toEqual([{ imageId: 'image-0003', caseId: 'case-0003' }])
  })
})

describe('check', () => {
  it('sweeps orphans, reports lost originals and mends the word index', () => {
    library.addImages(drawnImages(0, 3, { labels: { notes: 'Effusion.' } }))
    const orphan = library.objects.pathOf('ab'.repeat(32))
    fs.mkdirSync(path.dirname(orphan), { recursive: true })
    fs.writeFileSync(orphan, 'left over')
    fs.writeFileSync(library.objects.pathOf(library.image('image-0002').objectSha256), 'damaged')
    library.db.exec("INSERT INTO notesFts (notesFts) VALUES ('delete-all')")
    const result = library.check()
    expect(result.problems.map((each) => each.code)).toEqual(['STORAGE_FAILED'])
    expect(result.repaired).toHaveLength(2)
    expect(fs.existsSync(orphan)).toBe(false)
    expect(library.searchNotes('effusion', 10, 0).total).toBe(3)
    expect(library.check().repaired).toEqual([])
  })

  it('finds any change of the audit log', () => {
    library.addImages(drawnImages(0, 2))
    library.audit('report.export', 'case-0001', { pages: 2 })
    expect(library.auditLog.firstBroken()).toBeUndefined()
    library.db.exec('DROP TRIGGER auditKeepsValues')
    library.db.exec("UPDATE audit SET actor = 'nobody' WHERE entry = 2")
    expect(library.auditLog.firstBroken()).toBe(2)
    expect(library.check().problems[0]?.code).toBe('LIBRARY_CORRUPT')
  })
})

describe('notes', () => {
  it('keep their history and lose control characters only', () => {
    library.addImages([drawnImage(1)])
    const text = 'First\u0000 line\r\n<b>ملاحظة</b> 🫁 \uE000x'
    const saved = library.saveNote({ caseId: 'case-0001', text, author: 'Dr A' })
    expect(saved).toMatchObject({ text: 'First line\n<b>ملاحظة</b> 🫁 x', author: 'Dr A', revisions: 1 })
    library.saveNote({ caseId: 'case-0001', noteId: saved.noteId, text: 'Second' })
    expect(library.noteHistory(saved.noteId).map((each) => each.text)).toEqual([saved.text, 'Second'])
    expect(library.note(saved.noteId).revisions).toBe(2)
    expect(library.case('case-0001').notes).toBe(1)
    expect(library.searchNotes('first', 5, 0).total).toBe(0)
    expect(library.deleteNote(saved.noteId)).toBe(true)
    expect(library.deleteNote(saved.noteId)).toBe(false)
    expect(library.case('case-0001').notes).toBe(0)
    expect(codeOf(() => library.saveNote({ caseId: 'case-0001', text: ' \u0000 ' }))).toBe('PAYLOAD_INVALID')
  })
})

describe('closing', () => {
  it('lets the lock go and keeps what was added when the disk has no room for the planner', () => {
    library.addImages(drawnImages(0, 3))
    const optimize = vi.spyOn(library.db, 'pragma').mockImplementationOnce(() => {
      throw new SqliteError('database or disk is full', 'SQLITE_FULL')
    })
    expect(codeOf(() => library.close())).toBe('no error')
    expect(optimize).toHaveBeenCalledWith('optimize')
    expect(library.db.open).toBe(false)
    library = openLibrary(folder)
    expect(library.info()).toMatchObject({ images: 3, readOnly: false })
  })
})
