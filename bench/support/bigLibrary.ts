/**
 * A synthetic library of many cases for benchmarks: random unit embeddings, invented notes, no pictures. Rows are
 * written straight to the tables, in large transactions; everything read from it goes the product's own way.
 */
import * as fs from 'node:fs'
import { openLibrary } from '../../src/engine/store/openLibrary.js'
import { sha256Of } from '../../src/engine/store/objects.js'

export type BigLibraryOptions = {
  cases: number
  dimension?: number
  modelId?: string
  seed?: number
  notes?: boolean
}

const FINDINGS = ['NORMAL', 'PNEUMONIA'] as const
const SOURCES = ['Ward', 'Clinic', 'Emergency department']
const OBSERVATIONS = [
  'focal consolidation',
  'pleural effusion',
  'pneumothorax',
  'cardiomegaly',
  'interstitial oedema',
  'hilar lymphadenopathy',
  'atelectasis',
  'nodule',
  'rib fracture',
  'hyperinflation',
  'peribronchial thickening',
  'air bronchograms',
  'mediastinal widening',
  'tube in situ',
  'calcified granuloma',
  'scoliosis',
]
const PLACES = [
  'in the right lower lobe',
  'in the left lower lobe',
  'at the left base',
  'at the right base',
  'in both apices',
  'in the lingula',
  'in the middle lobe',
  'retrocardiac',
  'perihilar',
  'on both sides',
]
const STORIES = [
  'Fever and cough for three days',
  'Follow-up after antibiotics',
  'Shortness of breath',
  'Routine before surgery',
  'Chest pain',
  'Persistent wheeze',
  'After a fall',
  'Night sweats and weight loss',
]

function randomOf(seed: number) {
  let state = seed >>> 0
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T
  return { next, pick }
}

/** Makes the library in `folder` unless one of that size is there. Returns the model id of its embeddings. */
export function makeBigLibrary(folder: string, options: BigLibraryOptions): string {
  const { cases, dimension = 128, modelId = 'bench-random', seed = 1, notes = true } = options
  fs.mkdirSync(folder, { recursive: true })
  const library = openLibrary(folder, { create: true })
  try {
    if (library.caseRepository.count() === cases) return modelId
    const { db } = library
    const { next, pick } = randomOf(seed)
    const insertCase = db.prepare(
      `INSERT INTO cases (patientKey, primaryImageKey, findings, study, view, patientId, patientSex, patientAge,
         studyDate, source, synthetic, imageCount, importedAt)
       VALUES (?, ?, ?, ?, 'frontal', ?, ?, ?, ?, ?, 1, 1, ?)`,
    )
    const insertPatient = db.prepare('INSERT INTO patients (patientId) VALUES (?)')
    const insertFinding = db.prepare('INSERT INTO caseFindings (caseKey, finding) VALUES (?, ?)')
    const insertObject = db.prepare('INSERT INTO objects (sha256, bytes) VALUES (?, 0)')
    const insertImage = db.prepare(
      `INSERT INTO images (caseKey, objectSha256, pixelSha256, file, facts, study, view)
       VALUES (?, ?, ?, ?, ?, ?, 'frontal')`,
    )
    const insertWords = db.prepare('INSERT INTO caseWords (caseKey, words) VALUES (?, ?)')
    const noteText = () => {
      const denied = `No ${pick(OBSERVATIONS)} or ${pick(OBSERVATIONS)}.`
      const seen = next() < 0.6 ? `There is ${pick(OBSERVATIONS)} ${pick(PLACES)}.` : 'The lungs are clear.'
      return `${pick(STORIES)}. ${seen} ${denied} Compared with the film of ${1 + Math.floor(next() * 28)} March.`
    }
    const one = (at: number) => {
      const finding = pick(FINDINGS)
      const patientId = `BENCH-${at}`
      const sex = pick(['F', 'M'])
      const age = Math.floor(next() * 90)
      const studyDate = `20${10 + Math.floor(next() * 15)}-0${1 + Math.floor(next() * 9)}-1${Math.floor(next() * 10)}`
      const study = JSON.stringify({ patientId, patientSex: sex, patientAge: age, studyDate, modality: 'DX' })
      const patientKey = insertPatient.run(patientId).lastInsertRowid
      const source = pick(SOURCES)
      const inserted = insertCase.run(
        patientKey,
        null,
        JSON.stringify([finding]),
        study,
        patientId,
        sex,
        age,
        studyDate,
        source,
        new Date(1.7e12 + at * 1000).toISOString(),
      )
      const caseKey = Number(inserted.lastInsertRowid)
      insertFinding.run(caseKey, finding)
      const sha256 = sha256Of(Buffer.from(`bench ${at}`))
      insertObject.run(sha256)
      const file = `bench/${at}.png`
      const facts = JSON.stringify({
        file,
        kind: 'png',
        rows: 64,
        columns: 64,
        frames: 1,
        bitsStored: 8,
        photometric: 'MONOCHROME2',
        bytes: 0,
        sha256,
        synthetic: true,
        warnings: [],
      })
      const imageKey = Number(insertImage.run(caseKey, sha256, sha256, file, facts, study).lastInsertRowid)
      db.prepare('UPDATE cases SET primaryImageKey = ? WHERE caseKey = ?').run(imageKey, caseKey)
      insertWords.run(caseKey, `case-${caseKey}\n${finding}\n${source}\n${patientId}\n${file}`)
      const vector = Float32Array.from({ length: dimension }, () => next() - 0.5)
      const length = Math.hypot(...vector)
      const modelKey = library.embeddings.modelKeyFor(modelId, dimension)
      library.embeddings.insert(
        imageKey,
        modelKey,
        vector.map((value) => value / length),
      )
      if (notes) library.noteRepository.add(caseKey, noteText(), 'bench', '2024-01-01T00:00:00.000Z')
    }
    for (let from = 0; from < cases; from += 10_000)
      library.write('bench.fill', `${cases} cases`, {}, () => {
        for (let at = from; at < Math.min(cases, from + 10_000); at += 1) one(at)
        library.rememberModel(modelId)
        library.vectorsChanged()
      })
    db.pragma('wal_checkpoint(TRUNCATE)')
    return modelId
  } finally {
    library.close()
  }
}
