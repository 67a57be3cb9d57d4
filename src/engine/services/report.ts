/** The report: one search as a PDF that carries its own data, and the same search run again from it. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { Hit, ImageSearch, Source } from '@shared/domain.js'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import type { ModelPack } from '@shared/modelPack.js'
import type { CallContext, Decoded, Handler, Workspace } from '../ports.js'
import { composeReport, type ReportedCase } from '../reports/compose.js'
import { encapsulatedPdf } from '../reports/encapsulated.js'
import { attachedTwin } from '../reports/pdfAttachment.js'
import { overlayPicture, reportPicture } from '../reports/pictures.js'
import { Pseudonyms, withoutIdentity } from '../reports/pseudonyms.js'
import { differencesOf } from '../reports/rerun.js'
import {
  packVector,
  parseTwin,
  twinBytes,
  unpackVector,
  type ReportedHit,
  type TwinBody,
} from '../reports/twin.js'
import {
  ageAndSex,
  capital,
  countSentence,
  explanationSentence,
  findingWords,
  gateSentence,
  knowsSentence,
  markOf,
  NOTICE,
  shareSentence,
  TITLE,
} from '../reports/wording.js'
import { writeAside } from '../reports/writeAside.js'
import { plainBytes } from './bytes.js'
import type { Calibration } from './calibrationPort.js'
import { evidenceOf } from './evidence.js'
import { hitsOf, nearestCases } from './hits.js'
import type { Pictures } from './pictures.js'

export type ReportParts = {
  workspace: Workspace
  pictures: Pictures
  calibration: Calibration
  version: string
  model: () => { manifest: ModelPack; sha256: string }
  searchImage: Handler<'search.image'>
  explainPair: Handler<'explain.pair'>
  preview: Handler<'images.preview'>
  openQuery: Handler<'query.open'>
}

/** Cases shown unless asked otherwise; the evidence counts ten. */
const DEFAULT_K = 5
const EVIDENCE_K = 10
/** How far down the ranking a chosen case may stand. */
const CHOSEN_WITHIN = 200
const CONTRAST_SHOWN = 4
const NOTE_CHARACTERS = 3000
const PIXELS = { query: 620, thumbnail: 300, overlay: 760 }

export function reportService(parts: ReportParts): {
  create: Handler<'report.create'>
  rerun: Handler<'report.rerun'>
} {
  return {
    async create(input, context) {
      const { workspace, pictures } = parts
      const { library } = workspace
      const k = input.k ?? DEFAULT_K
      context.progress({ phase: 'searching', done: 0, total: 4 })
      const { filters } = input
      const search = await parts.searchImage(
        { queryId: input.queryId, k: Math.max(k, EVIDENCE_K), ...(filters === undefined ? {} : { filters }) },
        context,
      )
      const shown = await chosenHits(parts, input, search, k, context)
      const query = { kind: 'query', queryId: input.queryId } as const
      const picture = pictures.resolve(query)
      const decoded = await pictures.decoded(picture, context.signal)
      const { embedding } = await pictures.encoded(picture, false, context.signal)
      const names = new Pseudonyms()
      const deidentify = input.deidentify === true
      const queryName = names.patient(decoded.study.patientId, `query:${decoded.facts.sha256}`)

      context.progress({ phase: 'pictures', done: 1, total: 4 })
      const contrast = search.contrast
        .filter((hit) => !shown.some(({ caseId }) => caseId === hit.caseId))
        .slice(0, CONTRAST_SHOWN)
      const previewOf = async (ref: Parameters<typeof parts.preview>[0]['ref'], maxSide: number) =>
        (await parts.preview({ ref, maxSide }, context)).bytes
      const thumbnails = new Map<string, Awaited<ReturnType<typeof reportPicture>>>()
      for (const hit of [...shown, ...contrast]) {
        const bytes = await previewOf({ kind: 'image', imageId: hit.imageId }, PIXELS.thumbnail)
        thumbnails.set(hit.caseId, await reportPicture(bytes, PIXELS.thumbnail))
      }
      const queryPreview = await previewOf(query, PIXELS.overlay)

      const reported = (hit: Hit): ReportedCase => ({
        rank: hit.rank,
        mark: markOf(hit.findings),
        finding: findingWords(hit.findings),
        who: `${names.patient(hit.study.patientId, hit.caseId)} · ${ageAndSex(hit.study)}`,
        closeness: hit.closeness === undefined ? '' : capital(hit.closeness),
        source: hit.source ?? 'not recorded',
        view: hit.study.viewPosition ?? 'not recorded',
        score: hit.score.toFixed(3),
        picture: thumbnails.get(hit.caseId) as ReportedCase['picture'],
      })

      context.progress({ phase: 'explaining', done: 2, total: 4 })
      const explained = shown.find(({ caseId }) => caseId === input.explainCaseId) ?? shown[0]
      const pair =
        explained === undefined
          ? undefined
          : await parts.explainPair({ query, imageId: explained.imageId }, context)
      const explanation =
        explained === undefined || pair === undefined
          ? undefined
          : {
              query: await overlayPicture(queryPreview, pair.contributions, pair.grid, PIXELS.overlay),
              neighbour: await overlayPicture(
                await previewOf({ kind: 'image', imageId: explained.imageId }, PIXELS.overlay),
                pair.caseContributions,
                pair.grid,
                PIXELS.overlay,
              ),
              label: `Rank ${explained.rank}, ${names.patient(explained.study.patientId, explained.caseId)}`,
              sentence: explanationSentence(pair.receptiveField),
              score: pair.score.toFixed(3),
            }

      const notes = (input.noteIds ?? []).map((noteId) => {
        const note = library.note(noteId)
        const { study } = library.case(note.caseId)
        const who = names.patient(study.patientId, note.caseId)
        let text = withoutIdentity(note.text, study, who)
        if (deidentify) text = withoutIdentity(text, decoded.study, queryName)
        return { patient: who, text }
      })
      const comment =
        input.comment === undefined || !deidentify
          ? input.comment
          : withoutIdentity(input.comment, decoded.study, queryName)

      const { manifest, sha256: modelSha256 } = parts.model()
      const info = library.info()
      const createdAt = new Date(Math.floor(Date.now() / 1000) * 1000)
      const librarySha256 = libraryDigest(workspace)
      const entry = (hit: Hit): ReportedHit => twinHit(hit, names)
      const body: TwinBody = {
        schema: 'hilum-report/1',
        createdAt: createdAt.toISOString(),
        hilum: parts.version,
        notice: NOTICE,
        salt: names.salt,
        deidentified: deidentify,
        query: {
          sha256: decoded.facts.sha256,
          pixelSha256: decoded.pixelSha256,
          rows: decoded.facts.rows,
          columns: decoded.facts.columns,
          bitsStored: decoded.facts.bitsStored,
          kind: decoded.facts.kind,
          ...(deidentify ? {} : { patient: twinPatient(decoded) }),
          embedding: packVector(embedding),
          ...(search.query.inDistribution === undefined
            ? {}
            : { inDistribution: search.query.inDistribution }),
          ...(search.query.pValue === undefined ? {} : { pValue: search.query.pValue }),
        },
        asked: { k: Math.max(k, EVIDENCE_K), ...(filters === undefined ? {} : { filters }) },
        model: { id: manifest.id, name: manifest.name, sha256: modelSha256, dimension: manifest.dimension },
        library: {
          cases: info.cases,
          images: info.images,
          sha256: librarySha256,
          indexKind: info.indexKind,
          synthetic: info.synthetic,
        },
        hits: search.hits.map(entry),
        shown: shown.map(({ caseId }) => names.caseKey(caseId)),
        contrast: contrast.map(entry),
        evidence: search.evidence,
        ...(explained === undefined || pair === undefined
          ? {}
          : {
              explanation: {
                key: names.caseKey(explained.caseId),
                score: pair.score,
                grid: pair.grid,
                contributions: pair.contributions,
                caseContributions: pair.caseContributions,
                receptiveField: pair.receptiveField,
              },
            }),
        notes,
        ...(comment === undefined ? {} : { comment }),
      }
      context.signal.throwIfAborted()
      context.progress({ phase: 'writing', done: 3, total: 4 })

      const { study, facts } = decoded
      const person = deidentify
        ? queryName
        : [study.patientName?.replaceAll('^', ' ').trim(), study.patientId].filter(Boolean).join(', ') ||
          'not recorded'
      const printed = createdAt.toISOString()
      const { pdf, pages } = await composeReport({
        paper: input.paper ?? 'A4',
        ...(input.institution === undefined ? {} : { institution: input.institution }),
        study: [
          deidentify || study.studyDate === undefined ? 'Study date not shown' : `Study ${study.studyDate}`,
          `${study.bodyPart?.toLowerCase() ?? 'chest'} ${study.viewPosition ?? ''}`.trim(),
        ].join(' · '),
        printed: `Made ${printed.slice(0, 10)}, ${printed.slice(11, 16)} UTC`,
        createdAt,
        query: {
          picture: await reportPicture(queryPreview, PIXELS.query),
          alt: `The query radiograph, ${facts.rows} by ${facts.columns} pixels.`,
          facts: [
            ['Patient', `${person} · ${ageAndSex(study)}`],
            [
              'Image',
              `${facts.columns} × ${facts.rows} pixels, ${facts.bitsStored} bit, ${facts.kind.toUpperCase()}`,
            ],
            [
              'Searched in',
              `${search.searched} images of ${info.cases} cases${filters === undefined ? '' : ', filtered'}`,
            ],
            ['Known to library', gateSentence(search.query)],
            ...decoded.cautions.map((caution) => ['Caution', caution] as const),
          ],
        },
        evidence: {
          headline:
            search.evidence.map(countSentence).join(' ') ||
            search.evidenceNote ||
            'No case carries a finding.',
          sentences: [
            ...search.evidence.slice(0, 1).flatMap((line) => shareSentence(line) ?? []),
            ...(search.evidence.length > 0 && search.evidenceNote !== undefined ? [search.evidenceNote] : []),
            knowsSentence(manifest.labels),
          ],
        },
        synthetic: info.synthetic || facts.synthetic,
        hits: shown.map(reported),
        contrast: contrast.map(reported),
        notes: notes.map(({ patient, text }) => ({ who: patient, text: shortened(text) })),
        ...(comment === undefined ? {} : { comment }),
        ...(input.reviewer === undefined ? {} : { reviewer: input.reviewer }),
        ...(explanation === undefined ? {} : { explanation }),
        provenance: [
          ['Hilum', parts.version],
          ['Model', `${manifest.name} (${manifest.id} ${manifest.version}), SHA-256 ${modelSha256}`],
          ['Taught on', manifest.population],
          ['Library', `${info.cases} cases, ${info.images} images; state ${librarySha256}`],
          ['Index', info.indexKind],
          ['Query file', `SHA-256 ${facts.sha256}`],
        ],
        limits: manifest.limits,
        foot: `Hilum ${parts.version} · ${manifest.id} (${modelSha256.slice(0, 8)}) · library of ${info.cases} cases (${librarySha256.slice(0, 8)})`,
        twin: twinBytes(body),
      })
      context.signal.throwIfAborted()
      const sha256 = createHash('sha256').update(pdf).digest('hex')
      const dicom =
        input.dicom === true || input.dicomPath !== undefined
          ? encapsulatedPdf(pdf, {
              title: TITLE,
              createdAt,
              hilum: parts.version,
              sha256,
              study,
              ...(deidentify ? { pseudonym: queryName } : {}),
            })
          : undefined
      if (input.path !== undefined) await writeAside(input.path, pdf)
      if (input.dicomPath !== undefined && dicom !== undefined) await writeAside(input.dicomPath, dicom)
      if (!library.readOnly)
        library.audit('report.create', sha256, { pages, cases: shown.length, deidentified: deidentify })
      return {
        pdf: plainBytes(pdf),
        pages,
        sha256,
        ...(dicom === undefined ? {} : { dicom: plainBytes(dicom) }),
      }
    },

    async rerun({ report, query }, context) {
      const before = parseTwin(attachedTwin(await bytesOf(report)))
      const names = new Pseudonyms(before.salt)
      const { sha256: modelSha256, manifest } = parts.model()
      const model = { id: manifest.id, sha256: modelSha256 }
      const notes: string[] = []
      let search: Pick<ImageSearch, 'hits' | 'evidence'>
      if (query !== undefined) search = await searchFile(parts, before, query, notes, context)
      else if (modelSha256 !== before.model.sha256) {
        const [changed] = differencesOf(
          { ...before, hits: [], evidence: [] },
          { model, hits: [], evidence: [] },
        )
        return {
          identical: false,
          differences: [changed as string, 'Give the query file too, to search with the model in use now.'],
        }
      } else search = await searchVector(parts, before)
      const found = differencesOf(before, {
        model,
        hits: search.hits.map((hit) => twinHit(hit, names)),
        evidence: search.evidence,
      })
      const differences = [...notes, ...found]
      return { identical: differences.length === 0, differences }
    },
  }
}

/** The cases to show: the first `k`, or those chosen, in their order of rank. */
async function chosenHits(
  parts: ReportParts,
  { caseIds, queryId, filters }: Parameters<Handler<'report.create'>>[0],
  search: ImageSearch,
  k: number,
  context: CallContext,
): Promise<Hit[]> {
  if (caseIds === undefined || caseIds.length === 0) return search.hits.slice(0, k)
  const wanted = new Set(caseIds)
  const pick = (hits: readonly Hit[]) => hits.filter(({ caseId }) => wanted.has(caseId))
  const near = pick([...search.hits])
  if (near.length === wanted.size) return near
  const wide = await parts.searchImage(
    { queryId, k: CHOSEN_WITHIN, ...(filters === undefined ? {} : { filters }) },
    context,
  )
  const found = pick(wide.hits)
  if (found.length < wanted.size)
    throw new HilumError('CASE_NOT_FOUND', 'A chosen case is not among the nearest of this query any more.')
  return found
}

function twinHit(hit: Hit, names: Pseudonyms): ReportedHit {
  const { patientAge: age, patientSex: sex, viewPosition: view } = hit.study
  return {
    rank: hit.rank,
    patient: names.patient(hit.study.patientId, hit.caseId),
    key: names.caseKey(hit.caseId),
    findings: hit.findings,
    score: hit.score,
    ...(hit.closeness === undefined ? {} : { closeness: hit.closeness }),
    ...(hit.source === undefined ? {} : { source: hit.source }),
    ...(sex === undefined ? {} : { sex }),
    ...(age === undefined ? {} : { age: Math.min(90, age) }),
    ...(view === undefined ? {} : { view }),
    synthetic: hit.synthetic,
  }
}

function twinPatient({ study }: Decoded): NonNullable<TwinBody['query']['patient']> {
  const {
    patientId: id,
    patientName: name,
    patientSex: sex,
    patientAge: age,
    studyDate,
    studyInstanceUid,
  } = study
  return Object.fromEntries(
    Object.entries({ id, name, sex, age, studyDate, studyInstanceUid }).filter(
      ([, value]) => value !== undefined,
    ),
  )
}

const VECTORS_HASHED = 20_000

/** Names the library's state: its counts and, up to 20,000 images, every vector that was searched. */
function libraryDigest({ library, encoder }: Workspace): string {
  const { cases, images, patients, findings, sources } = library.info()
  const hash = createHash('sha256').update(JSON.stringify({ cases, images, patients, findings, sources }))
  if (images <= VECTORS_HASHED) {
    const { vectors } = library.vectors(encoder.modelId)
    hash.update(Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength))
  } else hash.update(String(library.sequence))
  return hash.digest('hex')
}

const shortened = (text: string) =>
  text.length <= NOTE_CHARACTERS
    ? text
    : `${text.slice(0, NOTE_CHARACTERS)} … (shortened: ${text.length} characters in the library)`

async function searchVector(
  { workspace, calibration }: ReportParts,
  before: TwinBody,
): Promise<Pick<ImageSearch, 'hits' | 'evidence'>> {
  const { library, index } = workspace
  const vector = unpackVector(before.query.embedding, before.model.dimension)
  const { filters, k } = before.asked
  const allow =
    filters === undefined || Object.keys(filters).length === 0
      ? undefined
      : library.filteredKeys(filters, before.query.patient?.id).keys
  const same = (imageId: string, score: number) => {
    if (score < 0.999) return false
    const { facts, pixelSha256 } = library.image(imageId)
    return facts.sha256 === before.query.sha256 || pixelSha256 === before.query.pixelSha256
  }
  const found = await nearestCases(
    index,
    library,
    vector,
    k,
    ({ row, score }) => same(row.imageId, score),
    allow,
  )
  const statistics = calibration.current()
  const hits = hitsOf(found, statistics)
  return { hits, evidence: evidenceOf(hits, before.query.inDistribution === false ? undefined : statistics) }
}

async function searchFile(
  parts: ReportParts,
  before: TwinBody,
  query: Source,
  notes: string[],
  context: CallContext,
): Promise<Pick<ImageSearch, 'hits' | 'evidence'>> {
  const opened = await parts.openQuery({ sources: [query] }, context)
  const images = opened.studies.flatMap(({ series }) => series.flatMap((one) => one.images))
  const image =
    images.find(({ facts }) => facts.sha256 === before.query.sha256) ??
    images.find(({ queryId }) => queryId === opened.primary)
  if (image === undefined) {
    const [failure] = opened.failures
    throw new HilumError(failure?.code ?? 'FOLDER_EMPTY', failure?.message)
  }
  if (image.facts.sha256 !== before.query.sha256)
    notes.push('Query: another file than the report was made from.')
  const { filters, k } = before.asked
  return await parts.searchImage(
    { queryId: image.queryId, k, ...(filters === undefined ? {} : { filters }) },
    context,
  )
}

/** @throws HilumError FILE_NOT_FOUND, FILE_TOO_LARGE, FILE_UNREADABLE */
async function bytesOf(source: Source): Promise<Uint8Array> {
  if (source.kind === 'bytes') return source.bytes
  try {
    const { size } = await stat(source.path)
    if (size > LIMITS.fileBytes) throw new HilumError('FILE_TOO_LARGE')
    return await readFile(source.path)
  } catch (error) {
    if (error instanceof HilumError) throw error
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new HilumError(missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', undefined, { cause: error })
  }
}
