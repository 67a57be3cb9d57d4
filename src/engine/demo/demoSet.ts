/** The demo library's files: 240 drawn cases with findings, facts and notes, and a sample study held out of it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HilumError } from '@shared/errors.js'
import { csv } from '@shared/csv.js'
import { noteFor } from './notes.js'
import { drawPhantom, findingOf, HELD_OUT, type Phantom, type PhantomOptions } from './phantom.js'
import { phantomDicom, type DemoHeader, type DicomLook } from './phantomDicom.js'
import { pictureFile, type PictureFormat } from './pictureFile.js'
import { random, type Random } from './random.js'

const DEMO_LICENCE = 'Apache-2.0'

const DEMO_SEED = 7

export type DemoProgress = { done: number; total: number; item: string }
export type DemoOptions = {
  cases?: number
  seed?: number
  onProgress?: (progress: DemoProgress) => void
  signal?: AbortSignal
}

const COLUMNS = [
  'file',
  'finding',
  'patient_id',
  'study_date',
  'view',
  'sex',
  'age',
  'source_url',
  'licence',
  'notes',
] as const
type Row = Record<(typeof COLUMNS)[number], string | number>

/**
 * Writes the pictures and `labels.csv` (the columns of `hilum import --labels`) into `dir`.
 * The same seed writes the same bytes. @returns the pictures' names, relative to `dir`.
 */
export async function writeDemoSet(
  dir: string,
  options: DemoOptions = {},
): Promise<{ files: string[]; labels: string }> {
  const total = options.cases ?? 240
  const seed = options.seed ?? DEMO_SEED
  await mkdir(join(dir, 'images'), { recursive: true })
  const rows: Row[] = []
  for (let index = 0; index < total; index++) {
    if (options.signal?.aborted) throw new HilumError('CANCELLED')
    rows.push(...(await writeCase(dir, index, seed)))
    options.onProgress?.({ done: index + 1, total, item: rows.at(-1)?.file as string })
  }
  const labels = join(dir, 'labels.csv')
  await writeFile(labels, csv([COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column]))]))
  return { files: rows.map((row) => String(row.file)), labels }
}

/** The frontal phantom of case `index` of the demo set with this seed, and how it was asked for. */
export function demoPhantom(index: number, seed = DEMO_SEED): { phantom: Phantom; options: PhantomOptions } {
  const options: PhantomOptions = {
    ...sizeOf(index, random(seed * 1009 + index).fork('size')),
    // Every second case is labelled pneumonia, so that a small set is balanced too.
    finding: index % 2 === 0 ? 'PNEUMONIA' : 'NORMAL',
    body: seed * 100_000 + personOf(index),
  }
  return { phantom: drawPhantom(seed * 100_000 + index, options), options }
}

/** Every twelfth patient comes back: the case before is the same patient's other study. */
const personOf = (index: number) => (index % 12 === 11 ? index - 1 : index)

async function writeCase(dir: string, index: number, seed: number): Promise<Row[]> {
  const rng = random(seed * 1009 + index).fork('case')
  const { phantom, options } = demoPhantom(index, seed)
  const { truth } = phantom
  const person = personOf(index)
  const number = String(person + 1).padStart(4, '0')
  const date = new Date(Date.UTC(2019, 0, 1) + Math.floor(rng.next() * 2100) * 86_400_000)
  const isoDate = date.toISOString().slice(0, 10)
  const header: DemoHeader = {
    patientId: `DEMO-${number}`,
    patientName: `DEMO^${number}`,
    sex: truth.sex,
    age: truth.age,
    studyDate: isoDate.replaceAll('-', ''),
    studyTime: `${String(rng.whole(7, 19)).padStart(2, '0')}${String(rng.whole(0, 59)).padStart(2, '0')}00`,
    studyKey: `${seed}/${index}`,
    seriesNumber: 1,
    instanceNumber: 1,
  }
  const base: Omit<Row, 'file' | 'view' | 'notes'> = {
    finding: findingOf(truth),
    patient_id: header.patientId,
    study_date: isoDate,
    sex: truth.sex,
    age: truth.age,
    source_url: '',
    licence: DEMO_LICENCE,
  }
  const name = `demo-${String(index + 1).padStart(4, '0')}`
  const notes = rng.chance(0.85) ? noteFor(truth, rng.fork('note')) : ''
  const rows: Row[] = []
  const put = async (file: string, bytes: Uint8Array, view: string, note: string) => {
    await writeFile(join(dir, file), bytes)
    rows.push({ ...base, file, view, notes: note })
  }
  const format = formatOf(index, rng)
  if (format !== 'dicom') {
    const extension = format === 'jpeg' ? 'jpg' : format === 'tiff' ? 'tif' : 'png'
    await put(`images/${name}.${extension}`, await pictureFile(phantom, format), truth.view, notes)
    return rows
  }
  await put(`images/${name}.dcm`, phantomDicom(phantom, header, lookOf(index, rng)), truth.view, notes)
  if (index % 20 === 4) {
    const lateral = drawPhantom(seed * 100_000 + index, { ...options, view: 'LL' })
    const bytes = phantomDicom(lateral, { ...header, seriesNumber: 2 }, lookOf(index, rng))
    await put(`images/${name}-lateral.dcm`, bytes, 'LL', '')
  }
  return rows
}

function sizeOf(index: number, rng: Random): { rows: number; columns: number } {
  const [low, high] =
    index % 60 === 17
      ? [28, 28]
      : index % 40 === 23
        ? [64, 150]
        : index % 30 === 8
          ? [720, 1024]
          : index % 120 === 40
            ? [1700, 2048]
            : [256, 420]
  const rows = rng.whole(low, high)
  return { rows, columns: rows === 28 ? 28 : Math.round(rows * rng.range(1, 1.25)) }
}

function formatOf(index: number, rng: Random): PictureFormat | 'dicom' {
  if (index % 4 === 0) return 'dicom'
  return rng.pick<PictureFormat>(['png8', 'png8', 'jpeg', 'jpeg', 'jpeg', 'png16', 'tiff', 'png8'])
}

function lookOf(index: number, rng: Random): DicomLook {
  return {
    photometric: index % 3 === 0 ? 'MONOCHROME1' : 'MONOCHROME2',
    bitsStored: rng.pick([12, 12, 12, 14, 10, 16] as const),
    voi: rng.pick(['window', 'window', 'window', 'lut', 'none'] as const),
  }
}

/**
 * Writes the sample query: a child's study of a frontal and a lateral, in no demo library.
 * @returns the two files, the frontal first.
 */
export async function sampleStudy(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true })
  const seed = HELD_OUT + 4_000_029
  const options: PhantomOptions = {
    rows: 1200,
    columns: 1320,
    group: 'child',
    sex: 'F',
    finding: 'PNEUMONIA',
    opacities: [{ kind: 'lobar consolidation', zone: 'lower', side: 'right', strength: 0.64, size: 1.1 }],
  }
  const header: DemoHeader = {
    patientId: 'DEMO-SAMPLE',
    patientName: 'SAMPLE^SYNTHETIC',
    sex: 'F',
    age: 0,
    studyDate: '20240312',
    studyTime: '094200',
    studyKey: 'sample',
    seriesNumber: 1,
    instanceNumber: 1,
  }
  const look: DicomLook = { photometric: 'MONOCHROME2', bitsStored: 12, voi: 'window' }
  const files: string[] = []
  for (const view of ['AP', 'LL'] as const) {
    const phantom = drawPhantom(seed, { ...options, view })
    const file = join(dir, view === 'AP' ? 'sample-frontal.dcm' : 'sample-lateral.dcm')
    const bytes = phantomDicom(
      phantom,
      { ...header, age: phantom.truth.age, seriesNumber: files.length + 1 },
      look,
    )
    await writeFile(file, bytes)
    files.push(file)
  }
  return files
}
