/** The main job: a query image or words to the nearest cases of the library, with evidence. */
import type { Filters, Hit, ImageSearch, Region } from '@shared/domain.js'
import { HilumError } from '@shared/errors.js'
import { LIMITS } from '@shared/limits.js'
import { meanOf, unit } from '../vectors.js'
import type { Decoded, Handler, Library, Patches, TextEncoder, Workspace } from '../ports.js'
import type { Calibration, Statistics } from './calibrationPort.js'
import { evidenceNote, evidenceOf, majorityOf } from './evidence.js'
import { hitsOf, nearestCases, type Found } from './hits.js'
import type { Pictures } from './pictures.js'
import { isSameImage } from './sameImage.js'

const DEFAULT_K = 10
const CONTRAST = 5

export function searchService(
  workspace: Workspace,
  pictures: Pictures,
  calibration: Calibration,
  textEncoder: () => TextEncoder | undefined,
): { image: Handler<'search.image'>; text: Handler<'search.text'> } {
  const names = new FindingNames()
  return {
    /**
     * Ranks the library's cases against an opened query.
     *
     * The query's own image, when the library has it, is left out of the hits and named in `query.inLibrary`. "The same
     * image" is: the library image the query was opened from, the same file (SHA-256), or the same stored samples
     * (`pixelSha256`). Other images of the same patient stay in: filters.otherPatientsOnly leaves them out.
     */
    async image({ queryId, k = DEFAULT_K, region, filters, invert }, { signal }) {
      const { library, index } = workspace
      if (index.size === 0) throw new HilumError('LIBRARY_EMPTY')
      const picture = pictures.resolve({ kind: 'query', queryId })
      const decoded = await pictures.decoded(picture, signal)
      await pictures.display(picture, signal)

      const encodeStart = performance.now()
      const { embedding, patches } = await pictures.encoded(picture, invert, signal)
      const vector = region === undefined ? embedding : regionEmbedding(patches, region)
      signal.throwIfAborted()

      const searchStart = performance.now()
      const filtered = hasFilter(filters) ? library.filteredKeys(filters, decoded.study.patientId) : undefined
      let inLibrary: ImageSearch['query']['inLibrary']
      const { pixelSha256, facts } = decoded
      const mayBeInside = picture.imageId !== undefined || library.hasPixels(pixelSha256)
      const isQuery = ({ row, score }: Found): boolean =>
        row.imageId === picture.imageId ||
        isSameImage(library, row.imageId, score, { sha256: facts.sha256, pixelSha256 })
      const leaveOut = (found: Found): boolean => {
        if (!mayBeInside || !isQuery(found)) return false
        inLibrary = { caseId: found.row.row.caseId, imageId: found.row.imageId }
        return true
      }
      const nearest = await nearestCases(index, library, vector, k, leaveOut, filtered?.keys)
      const statistics = calibration.current()
      const hits = hitsOf(nearest, statistics)
      const contrast = hitsOf(
        await contrastOf(workspace, vector, hits, names.of(library), filters, decoded.study.patientId),
        statistics,
      )
      const end = performance.now()

      const gate = gateOf(region === undefined ? hits : [], decoded, statistics)
      const outside = gate.inDistribution === false
      const evidence = evidenceOf(hits, outside || region !== undefined ? undefined : statistics)
      const note = evidenceNote(hits, evidence, statistics, outside)
      const encode = searchStart - encodeStart
      const search = end - searchStart
      return {
        query: {
          sha256: decoded.facts.sha256,
          rows: decoded.facts.rows,
          columns: decoded.facts.columns,
          ...gate,
          ...(inLibrary === undefined ? {} : { inLibrary }),
        },
        hits,
        evidence,
        contrast,
        ...(note === undefined ? {} : { evidenceNote: note }),
        searched: filtered?.keys.size ?? index.size,
        ...(filtered === undefined ? {} : { withoutFilter: filtered.withoutFilter }),
        milliseconds: {
          decode: picture.decodeMilliseconds,
          encode,
          search,
          total: picture.decodeMilliseconds + encode + search,
        },
      }
    },

    /** Ranks the library's images against words; what the model cannot know is declined with the reason. */
    async text({ text, k = DEFAULT_K, filters }, { signal }) {
      const start = performance.now()
      const words = text.trim()
      if (words.length > LIMITS.textCharacters) throw new HilumError('QUERY_TOO_LONG')
      if (words === '') throw new HilumError('QUERY_SYNTAX', 'There are no words to search for.')
      const { library, index } = workspace
      const declined = (reason: string) => ({
        query: { text: words, abstained: true, reason },
        hits: [],
        milliseconds: performance.now() - start,
      })
      const encoder = textEncoder()
      if (encoder === undefined)
        return declined('The model in use was not taught words. The notes can be searched instead.')
      const { embedding, abstain } = await encoder.encode(words)
      signal.throwIfAborted()
      if (abstain)
        return declined(
          'The model was not taught what these words mean in an image. The notes can be searched instead.',
        )
      const allow = hasFilter(filters) ? library.filteredKeys(filters).keys : undefined
      const nearest = await nearestCases(index, library, embedding, k, () => false, allow)
      return {
        query: { text: words, abstained: false },
        hits: hitsOf(nearest, undefined),
        milliseconds: performance.now() - start,
      }
    },
  }
}

function hasFilter(filters: Filters | undefined): filters is Filters {
  return (
    filters !== undefined && Object.values(filters).some((value) => value !== undefined && value !== false)
  )
}

/** Normalised mean of the patches whose centre lies in the box; the nearest patch for a box smaller than one. */
export function regionEmbedding(patches: Patches, region: Region): Float32Array {
  const [rows, columns] = patches.grid
  const inside: number[] = []
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const x = (column + 0.5) / columns
      const y = (row + 0.5) / rows
      if (x >= region.x && x <= region.x + region.width && y >= region.y && y <= region.y + region.height)
        inside.push(row * columns + column)
    }
  if (inside.length === 0) {
    const row = Math.min(rows - 1, Math.floor((region.y + region.height / 2) * rows))
    const column = Math.min(columns - 1, Math.floor((region.x + region.width / 2) * columns))
    inside.push(row * columns + column)
  }
  const { dimension, values } = patches
  const chosen = new Float32Array(inside.length * dimension)
  inside.forEach((at, i) => chosen.set(values.subarray(at * dimension, (at + 1) * dimension), i * dimension))
  return unit(meanOf(chosen, dimension))
}

/** The nearest labelled cases without the finding that most hits carry. */
async function contrastOf(
  { library, index }: Workspace,
  vector: Float32Array,
  hits: readonly Hit[],
  findings: readonly string[],
  filters: Filters | undefined,
  patientId: string | undefined,
): Promise<Found[]> {
  const majority = majorityOf(hits)
  if (majority === undefined) return []
  const others = (filters?.findings ?? findings).filter((finding) => finding !== majority)
  if (others.length === 0) return []
  // The library keeps the keys of its last filters, so that this costs one more search and few rows.
  const { keys } = library.filteredKeys({ ...filters, findings: others }, patientId)
  const alike = ({ row }: Found): boolean => row.row.findings.includes(majority)
  return await nearestCases(index, library, vector, CONTRAST, alike, keys)
}

/** Names of the findings in the open library, read anew only after a change. */
class FindingNames {
  #known: { path: string; sequence: number; names: readonly string[] } | undefined

  of(library: Library): readonly string[] {
    const { path, sequence } = library
    if (this.#known?.path !== path || this.#known.sequence !== sequence)
      this.#known = { path, sequence, names: Object.keys(library.info().findings) }
    return this.#known.names
  }
}

/** Whether the query is like the library's cases at all. A lateral or another body part never is. */
function gateOf(
  hits: readonly Hit[],
  { view }: Decoded,
  statistics: Statistics | undefined,
): Pick<ImageSearch['query'], 'inDistribution' | 'pValue' | 'reason'> {
  const pValue = statistics?.pValue(hits.map((hit) => hit.score))
  if (view === 'lateral' || view === 'other')
    return {
      inDistribution: false,
      ...(pValue === undefined ? {} : { pValue }),
      reason: view === 'lateral' ? 'This is a lateral view.' : 'This is no frontal radiograph of the chest.',
    }
  if (pValue === undefined) return {}
  if (pValue >= 0.05) return { inDistribution: true, pValue }
  return {
    inDistribution: false,
    pValue,
    reason: `This image is unlike the cases of this library: of 100 of its own cases, fewer than ${Math.max(1, Math.ceil(pValue * 100))} are as far from the others.`,
  }
}
