/** The report's data as they are attached to it. */
import { createHash } from 'node:crypto'
import type { Hit } from '@shared/domain/search.js'
import type { Workspace } from '../../ports/calls.js'
import type { Decoded } from '../../ports/decoding.js'
import type { Pseudonyms } from '../../reports/pseudonyms.js'
import { packVector, type ReportedHit, type TwinBody } from '../../reports/twin.js'
import { NOTICE } from '../../reports/wording.js'
import type { Gathered } from './gather.js'
import type { ReportInput, ReportParts } from './parts.js'

export function twinOf(
  parts: ReportParts,
  input: ReportInput,
  gathered: Gathered,
  createdAt: Date,
): TwinBody {
  const { names, decoded, search, explanation } = gathered
  const { facts } = decoded
  const { inDistribution, pValue, passedOver = [] } = search.query
  const { manifest, sha256 } = parts.model()
  const deidentified = input.deidentify === true
  return {
    schema: 'hilum-report/1',
    createdAt: createdAt.toISOString(),
    hilum: parts.version,
    notice: NOTICE,
    salt: names.salt,
    deidentified,
    query: {
      sha256: facts.sha256,
      pixelSha256: decoded.pixelSha256,
      rows: facts.rows,
      columns: facts.columns,
      bitsStored: facts.bitsStored,
      kind: facts.kind,
      ...(deidentified ? {} : { patient: patientOf(decoded) }),
      embedding: packVector(gathered.embedding),
      ...(inDistribution === undefined ? {} : { inDistribution }),
      ...(pValue === undefined ? {} : { pValue }),
      passedOver: passedOver.map((caseId) => names.caseKey(caseId)),
    },
    asked: { k: gathered.k, ...(input.filters === undefined ? {} : { filters: input.filters }) },
    model: { id: manifest.id, name: manifest.name, sha256, dimension: manifest.dimension },
    library: libraryNow(parts.workspace),
    hits: search.hits.map((hit) => twinHit(hit, names)),
    shown: gathered.shown.map(({ caseId }) => names.caseKey(caseId)),
    contrast: gathered.contrast.map((hit) => twinHit(hit, names)),
    evidence: search.evidence,
    ...(explanation === undefined
      ? {}
      : {
          explanation: {
            key: names.caseKey(explanation.hit.caseId),
            score: explanation.pair.score,
            grid: explanation.pair.grid,
            contributions: explanation.pair.contributions,
            caseContributions: explanation.pair.caseContributions,
            receptiveField: explanation.pair.receptiveField,
            ...(explanation.pair.fidelity === undefined ? {} : { fidelity: explanation.pair.fidelity }),
          },
        }),
    notes: [...gathered.notes],
    ...(gathered.comment === undefined ? {} : { comment: gathered.comment }),
  }
}

export function twinHit(hit: Hit, names: Pseudonyms): ReportedHit {
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
    // Ages above 89 identify (45 CFR 164.514 (b)(2)(i)(C)).
    ...(age === undefined ? {} : { age: Math.min(90, age) }),
    ...(view === undefined ? {} : { view }),
    synthetic: hit.synthetic,
  }
}

function patientOf({ study }: Decoded): NonNullable<TwinBody['query']['patient']> {
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

/** The library as a report names it. */
export function libraryNow(workspace: Workspace): TwinBody['library'] {
  const { cases, images, synthetic } = workspace.library.info()
  return { cases, images, sha256: libraryDigest(workspace), indexKind: workspace.index.kind, synthetic }
}

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
