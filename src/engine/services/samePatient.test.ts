/**
 * Cases of the query's own patient, and copies of the query, speak neither for nor against it: not in the counts, not as
 * the opposite, and not when a search is refined. What no source ranks is not ranked.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Output } from '@shared/contract.js'
import type { Refinement } from '@shared/domain/search.js'
import { nothingRanks } from '@shared/evidenceWords.js'
import { makeWorld, type World } from '../../../tests/contract/world.js'
import { startEngine, type RunningEngine } from '../../../tests/support/engine.js'
import { dicom, png } from '../../../tests/fixtures/pictures.js'

const PATIENT = 'TEST-OWN'
const OWN_SEEDS = [20, 21, 22, 23]
const header = (study: number) => ({ patientId: PATIENT, patientName: 'TEST^OWN', studyKey: `own/${study}` })

let world: World
let engine: RunningEngine
let queryId: string
/** Of the query's patient, and the copy of it. */
let own: string[]
let copy: string

const call: RunningEngine['call'] = (method, payload) => engine.call(method, payload)

const search = async (refine?: Refinement): Promise<Output<'search.image'>> =>
  await call('search.image', { queryId, ...(refine === undefined ? {} : { refine }) })

beforeAll(async () => {
  world = await makeWorld()
  engine = await startEngine(world)
  const root = join(world.userData, '..', 'own')
  await mkdir(root, { recursive: true })
  for (const seed of OWN_SEEDS)
    await writeFile(join(root, `own-${seed}.dcm`), dicom(seed, { header: header(seed) }))
  // The same picture under another name, its samples at fewer bits.
  await writeFile(join(root, 'copy.dcm'), dicom(30, { header: { studyKey: 'copy/1' } }))
  const query = join(world.userData, '..', 'query.dcm')
  await writeFile(query, dicom(30, { header: header(30), look: { bitsStored: 14 } }))
  await call('library.open', { path: join(world.userData, '..', 'library'), create: true })
  for (const path of [world.cases, root]) await call('import.run', { sources: [{ kind: 'path', path }] })
  const { rows } = await call('cases.list', { offset: 0, limit: 50 })
  own = rows.filter(({ study }) => study.patientId === PATIENT).map(({ caseId }) => caseId)
  expect(own).toHaveLength(OWN_SEEDS.length)
  queryId = (await call('query.open', { sources: [{ kind: 'path', path: query }] })).primary as string
  const nearest = (await search()).hits[0]
  expect(nearest?.score).toBeGreaterThan(0.99995)
  copy = nearest?.caseId as string
})
afterAll(async () => {
  await engine.close()
  await world.remove()
})

it('an earlier film of the patient is not the opposite of the query, whatever it is labelled', async () => {
  const { contrast: before, evidence } = await search()
  const [leader] = evidence
  const other = leader?.finding === 'NORMAL' ? 'PNEUMONIA' : 'NORMAL'
  for (const caseId of [...own, copy]) await call('cases.setFindings', { caseId, findings: [other] })
  const { contrast, evidence: after } = await search()
  // They were counted neither before nor now.
  expect(after).toEqual(evidence)
  expect(contrast.length).toBeGreaterThan(0)
  expect(contrast.map(({ caseId }) => caseId)).toEqual(before.map(({ caseId }) => caseId))
  for (const { caseId, study } of contrast) {
    expect(study.patientId).not.toBe(PATIENT)
    expect(caseId).not.toBe(copy)
  }
})

it('a refined search counts neither the patient nor copies, and says whom it left out', async () => {
  const { hits } = await search()
  const example = hits.find(({ caseId }) => caseId !== copy && !own.includes(caseId))
  const refined = await search({ examples: [{ imageId: example?.imageId as string, weight: 0.5 }] })
  const shown = refined.hits.filter(({ caseId }) => caseId === copy || own.includes(caseId))
  expect(shown.length).toBeGreaterThan(1)
  const left = new Set(shown.map(({ imageId }) => imageId))
  expect(refined.counted).toHaveLength(10)
  for (const { imageId } of refined.counted) expect(left.has(imageId)).toBe(false)
  expect(refined.query.remarks?.join(' ')).toMatch(/of the same patient and not counted/)
  expect(refined.query.remarks?.join(' ')).toMatch(new RegExp(`${copy} is a copy of this image`))
})

it('without the image, words that the model declines rank nothing, and notes rank the cases they speak of', async () => {
  const words = 'rib fracture'
  const none = await search({ image: false, concepts: [{ text: words, weight: 1 }] })
  expect(none.fusion?.declined).toMatchObject([{ text: words }])
  expect(none).toMatchObject({ hits: [], evidence: [], contrast: [] })
  expect(none.evidenceNote).toMatch(/^No source that is on ranks a case/)
  expect(nothingRanks(none)).toBe(true)
  const [denied, caseId] = own as [string, string]
  await call('notes.save', { caseId: denied, text: 'No rib fracture.' })
  const unsaid = await search({ image: false, notes: { text: words, weight: 0.1 } })
  expect(unsaid.fusion?.declined).toEqual([
    { text: `notes: ${words}`, reason: 'The notes that mention these words deny them.' },
  ])
  expect(nothingRanks(unsaid)).toBe(true)
  const open = await search({ notes: { text: '"rib', weight: 0.1 } })
  expect(open.hits).toHaveLength(10)
  expect(open.fusion?.declined).toEqual([{ text: 'notes: "rib', reason: 'A quotation mark is not closed.' }])
  await call('notes.save', { caseId, text: 'Old rib fracture on the left.' })
  const notes = { text: words, weight: 0.1 }
  const found = await search({ image: false, notes })
  expect(found.hits.map((hit) => hit.caseId)).toEqual([caseId])
  // With the image too the note is one source of the ranking, whose share is told.
  const both = await search({ notes })
  expect(both.hits).toHaveLength(10)
  expect(both.fusion?.declined).toEqual([])
  expect(both.fusion?.shares.map(({ name }) => name)).toEqual(['image', `notes: ${words}`])
})

it('a patient told by file names only is passed over too, and a report run again from its own data does the same', async () => {
  const folder = join(world.userData, '..', 'by-name')
  await mkdir(folder)
  const ofPatient = [1, 2, 3].map((n) => join(folder, `person77_bacteria_${n}.png`))
  for (const [i, file] of ofPatient.entries())
    await writeFile(file, await png(30 + i, { finding: 'PNEUMONIA' }))
  await call('library.open', { path: join(world.userData, '..', 'named-library'), create: true })
  for (const path of [world.cases, folder]) await call('import.run', { sources: [{ kind: 'path', path }] })
  const path = join(world.userData, '..', 'person77_bacteria_9.png')
  await writeFile(path, await png(33, { finding: 'PNEUMONIA' }))
  const opened = await call('query.open', { sources: [{ kind: 'path', path }] })
  const asked = { queryId: opened.primary as string, k: 20 }
  const { hits, counted, query } = await call('search.image', asked)
  const own = hits.filter(({ file }) => file.includes('person77')).map(({ imageId }) => imageId)
  expect(own).toHaveLength(ofPatient.length)
  expect(counted).toHaveLength(10)
  for (const { imageId } of counted) expect(own).not.toContain(imageId)
  expect(query.remarks?.join(' ')).toMatch(/are of the same patient and not counted/)
  const others = await call('search.image', { ...asked, filters: { otherPatientsOnly: true } })
  for (const { file } of others.hits) expect(file).not.toContain('person77')
  for (const deidentify of [false, true]) {
    const { pdf } = await call('report.create', { queryId: asked.queryId, deidentify })
    const report = { kind: 'bytes', name: 'a.pdf', bytes: pdf } as const
    expect(await call('report.rerun', { report })).toEqual({ identical: true, differences: [] })
  }
})
