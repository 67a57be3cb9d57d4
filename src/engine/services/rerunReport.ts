/** A report's search run again: from the data it carries, or from the query file. */
import type { Source } from '@shared/domain/images.js'
import type { ImageSearch } from '@shared/domain/search.js'
import { HilumError } from '@shared/errors.js'
import type { CallContext, Handler } from '../ports/calls.js'
import { attachedTwin } from '../reports/pdfAttachment.js'
import { Pseudonyms } from '../reports/pseudonyms.js'
import { differencesOf } from '../reports/rerun.js'
import { parseTwin, unpackVector, type TwinBody } from '../reports/twin.js'
import { evidenceOf } from './evidence.js'
import { choosesAmongCases } from './searching/filters.js'
import { isOfPatient, votersOf } from './searching/voters.js'
import { hitsOf, nearestCases } from './hits.js'
import { isSameImage } from './sameImage.js'
import type { ReportParts } from './reporting/parts.js'
import { libraryNow, twinHit } from './reporting/twinOf.js'
import { bytesOf } from './sourceBytes.js'

type Ranking = Pick<ImageSearch, 'hits' | 'evidence'>

export function rerunReportService(parts: ReportParts): Handler<'report.rerun'> {
  return async ({ report, query }, context) => {
    const before = parseTwin(attachedTwin(await bytesOf(report)))
    const { sha256, manifest } = parts.model()
    const model = { id: manifest.id, sha256 }
    if (query === undefined && sha256 !== before.model.sha256) {
      const changed = differencesOf({ ...before, hits: [], evidence: [] }, { model, hits: [], evidence: [] })
      return {
        identical: false,
        differences: [...changed, 'Give the query file too, to search with the model in use now.'],
      }
    }
    const names = new Pseudonyms(before.salt)
    const { ranking, notes } =
      query === undefined
        ? { ranking: await searchVector(parts, before, names), notes: [] }
        : await searchFile(parts, before, query, context)
    const hits = ranking.hits.map((hit) => twinHit(hit, names))
    const again = { model, hits, evidence: ranking.evidence, library: libraryNow(parts.workspace) }
    const differences = [...notes, ...differencesOf(before, again)]
    return { identical: differences.length === 0, differences }
  }
}

async function searchVector(
  { workspace, calibration }: ReportParts,
  before: TwinBody,
  names: Pseudonyms,
): Promise<Ranking> {
  const { library, index } = workspace
  if (index.size === 0) throw new HilumError('LIBRARY_EMPTY')
  const vector = unpackVector(before.query.embedding, before.model.dimension)
  const { filters, k } = before.asked
  const allow =
    filters === undefined || Object.keys(filters).length === 0
      ? undefined
      : library.filteredKeys(filters, before.query.patient?.id).keys
  const found = await nearestCases(
    index,
    library,
    vector,
    k,
    ({ row, score }) => isSameImage(library, row.imageId, score, before.query),
    allow,
  )
  const statistics = calibration.current()
  const outside = before.query.inDistribution === false
  const { passedOver } = before.query
  const { voters } = await votersOf(
    {
      library,
      index,
      vector,
      leaveOut: ({ row, score }) => isSameImage(library, row.imageId, score, before.query),
      ofPatient:
        passedOver === undefined
          ? isOfPatient(before.query.patient?.id)
          : ({ row }) => passedOver.includes(names.caseKey(row.row.caseId)),
      ...(allow === undefined ? {} : { allow }),
    },
    found,
  )
  const narrowed = choosesAmongCases(filters)
  return {
    hits: hitsOf(found, statistics),
    evidence:
      (filters?.findings ?? []).length > 0
        ? []
        : evidenceOf(hitsOf(voters, undefined), outside || narrowed ? undefined : statistics),
  }
}

async function searchFile(
  parts: ReportParts,
  before: TwinBody,
  query: Source,
  context: CallContext,
): Promise<{ ranking: Ranking; notes: string[] }> {
  const opened = await parts.openQuery({ sources: [query] }, context)
  const images = opened.studies.flatMap(({ series }) => series.flatMap((one) => one.images))
  const image =
    images.find(({ facts }) => facts.sha256 === before.query.sha256) ??
    images.find(({ queryId }) => queryId === opened.primary)
  if (image === undefined) {
    const [failure] = opened.failures
    throw new HilumError(failure?.code ?? 'FOLDER_EMPTY', failure?.message)
  }
  const { filters, k } = before.asked
  const ranking = await parts.searchImage(
    { queryId: image.queryId, k, ...(filters === undefined ? {} : { filters }) },
    context,
  )
  const same = image.facts.sha256 === before.query.sha256
  return { ranking, notes: same ? [] : ['Query: another file than the report was made from.'] }
}
