/** The main job: a query image or words to the nearest cases of the library, with evidence. */
import type { Filters, Hit, ImageSearch } from '@shared/domain/search.js'
import { HilumError } from '@shared/errors.js'
import { nothingRanks } from '@shared/evidenceWords.js'
import { LIMITS } from '@shared/limits.js'
import { hasWords, NO_WORDS } from '@shared/searchWords.js'
import type { Handler, Workspace } from '../ports/calls.js'
import type { Library } from '../ports/library.js'
import type { TextEncoder } from '../ports/models.js'
import type { Calibration } from './calibrationPort.js'
import { evidenceNote, evidenceOf, majorityOf } from './evidence.js'
import { hitsOf, nearestCases, type Found } from './hits.js'
import { appearanceOf, invertedAppearance } from './measuring/appearance.js'
import { NEIGHBOURS } from './measuring/bounds.js'
import type { Pictures } from './pictures.js'
import { isSameImage } from './sameImage.js'
import { asksForAllViews, choosesAmongCases, hasFilter, isAside } from './searching/filters.js'
import { fused, isRefined } from './searching/fusion.js'
import { gateOf } from './searching/gate.js'
import { regionEmbedding } from './searching/region.js'
import { labelRemarks, remarksOf } from './searching/remarks.js'
import { patientOf } from './patientOf.js'
import { isCopy, isOfPatient, votersAmong, votersOf } from './searching/voters.js'

const DEFAULT_K = 10
const CONTRAST = 5

export function searchService(
  workspace: Workspace,
  pictures: Pictures,
  calibration: Calibration,
  textEncoder: () => TextEncoder | undefined,
): { image: Handler<'search.image'>; text: Handler<'search.text'> } {
  const findings = new LibraryFindings()
  return {
    /**
     * Ranks the library's cases against an opened query.
     *
     * The query's own image, when the library has it, is left out of the hits and named in `query.inLibrary`. "The same
     * image" is: the library image the query was opened from, the same file (SHA-256), or the same stored samples
     * (`pixelSha256`). Other images of the same patient stay in: filters.otherPatientsOnly leaves them out.
     */
    async image({ queryId, k = DEFAULT_K, region, filters, invert, refine }, { signal }) {
      const { library, index, encoder } = workspace
      if (index.size === 0) throw new HilumError('LIBRARY_EMPTY')
      const picture = pictures.resolve({ kind: 'query', queryId })
      const decoded = await pictures.decoded(picture, signal)
      const display = await pictures.display(picture, signal)

      const encodeStart = performance.now()
      const { embedding, patches } = await pictures.encoded(picture, invert, signal)
      const vector = region === undefined ? embedding : regionEmbedding(patches, region)
      signal.throwIfAborted()

      const searchStart = performance.now()
      const { patientId } = decoded.study
      const patient = patientOf(patientId, decoded.facts.file)
      const ofPatient = isOfPatient(patient)
      const filtered = hasFilter(filters) ? library.filteredKeys(filters, patientId) : undefined
      const allow = filtered === undefined ? {} : { allow: filtered.keys }
      let inLibrary: ImageSearch['query']['inLibrary']
      let ownFindings: readonly string[] = []
      const { pixelSha256, facts } = decoded
      const mayBeInside = picture.imageId !== undefined || library.hasPixels(pixelSha256)
      const isQuery = ({ row, score }: Found): boolean =>
        row.imageId === picture.imageId ||
        isSameImage(library, row.imageId, score, { sha256: facts.sha256, pixelSha256 })
      const allViews = asksForAllViews(filters, decoded.view)
      const leaveOut = (found: Found): boolean => {
        if (!allViews && isAside(found.row.view)) return true
        // Filters know patients by number only.
        if (filters?.otherPatientsOnly === true && ofPatient(found)) return true
        if (!mayBeInside || !isQuery(found)) return false
        inLibrary = { caseId: found.row.row.caseId, imageId: found.row.imageId }
        ownFindings = found.row.row.findings
        return true
      }
      const searched = filtered?.keys.size ?? index.size
      const wanted = Math.max(k, NEIGHBOURS)
      const fusion = isRefined(refine)
        ? await fused(
            { library, index, modelId: encoder.modelId, textEncoder: textEncoder() },
            vector,
            refine,
            wanted,
            (found) => found.length >= wanted && votersAmong(found, ofPatient).voters.length >= NEIGHBOURS,
            leaveOut,
            filtered?.keys,
          )
        : undefined
      const nearest: (Found & { terms?: Record<string, number> })[] =
        fusion?.found ?? (await nearestCases(index, library, vector, wanted, leaveOut, filtered?.keys))
      const statistics = calibration.current()
      const plain = region === undefined && fusion === undefined
      const asked = { library, index, vector, leaveOut, ofPatient }
      const counted =
        fusion === undefined
          ? await votersOf({ ...asked, ...allow }, nearest)
          : votersAmong(nearest, ofPatient, wanted)
      const voters = hitsOf(counted.voters, undefined)
      const opposite = await contrastOf(
        workspace,
        vector,
        voters,
        findings.of(library).names,
        filters,
        patientId,
        (found) => leaveOut(found) || ofPatient(found),
      )
      const end = performance.now()

      // The gate is about the whole image and the whole library, whatever is searched for in it.
      const known =
        plain && filtered === undefined ? counted : await votersOf({ ...asked, vector: embedding }, [])
      const strange = statistics?.strangeness({
        scores: known.voters.map(({ score }) => score),
        appearance: invert === true ? invertedAppearance(appearanceOf(display)) : appearanceOf(display),
        ...(patient === undefined ? {} : { patient }),
      })
      const gate = gateOf(decoded, strange)
      const outside = gate.inDistribution === false
      // The bounds of closeness are those of whole images: they say nothing of a region's scores or a refined ranking.
      // Outside the library's population nothing is close: the nearest is only the least far.
      const distances = plain && !outside ? statistics : undefined
      const hits = hitsOf(nearest.slice(0, k), distances)
      const measuring = calibration.pending()
      const asCalibrated = plain && !choosesAmongCases(filters)
      const labels = filters?.findings ?? []
      // Among cases chosen by their label the labels are the filter's, and nothing to count.
      // Where all labelled cases carry the same finding every share is 100 %, whatever the image shows.
      const { names, rate } = findings.of(library)
      const onlyFinding = names.length === 1 ? names[0] : undefined
      const unsaid = outside || !asCalibrated || onlyFinding !== undefined
      const evidence = labels.length > 0 ? [] : evidenceOf(voters, unsaid ? undefined : statistics, rate)
      const note = evidenceNote(voters, evidence, statistics, {
        measuring,
        outside,
        asCalibrated,
        found: hits.length,
        filtered: filtered !== undefined,
        onlyFinding,
        nothingRanks: nothingRanks({ searched, fusion: fusion?.fusion }),
        labels,
      })
      const remarks = remarksOf({
        ...counted,
        taught: calibration.taught(decoded.facts.sha256, decoded.pixelSha256),
        findings: names,
        ...(inLibrary === undefined ? {} : { own: { caseId: inLibrary.caseId, findings: ownFindings } }),
      })
      const encode = searchStart - encodeStart
      const search = end - searchStart
      return {
        query: {
          sha256: decoded.facts.sha256,
          rows: decoded.facts.rows,
          columns: decoded.facts.columns,
          ...gate,
          ...(measuring ? { measuring } : {}),
          ...(remarks.length === 0 ? {} : { remarks }),
          ...(inLibrary === undefined ? {} : { inLibrary }),
          ...(counted.passedOver.length === 0
            ? {}
            : { passedOver: counted.passedOver.map(({ row }) => row.row.caseId) }),
        },
        hits,
        evidence,
        counted: voters.map(({ imageId, findings }) => ({ imageId, findings })),
        // There is no opposite of what is not said: outside the library no finding leads.
        contrast: outside ? [] : hitsOf(opposite, distances),
        ...(note === undefined ? {} : { evidenceNote: note }),
        ...(fusion === undefined ? {} : { fusion: fusion.fusion }),
        searched,
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
      if (!hasWords(words)) throw new HilumError('QUERY_SYNTAX', NO_WORDS)
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
      const allViews = asksForAllViews(filters)
      const leaveOut = ({ row }: Found): boolean => !allViews && isAside(row.view)
      const nearest = await nearestCases(index, library, embedding, k, leaveOut, allow)
      const remarks = labelRemarks(findings.of(library).names)
      return {
        query: { text: words, abstained: false, ...(remarks.length === 0 ? {} : { remarks }) },
        hits: hitsOf(nearest, undefined),
        milliseconds: performance.now() - start,
      }
    },
  }
}

/**
 * The nearest labelled cases without the finding that most hits carry, or without those the search was narrowed to. As in
 * the evidence neither the query's patient nor copies of the query are among them: nothing is its own opposite.
 */
async function contrastOf(
  { library, index }: Workspace,
  vector: Float32Array,
  hits: readonly Hit[],
  findings: readonly string[],
  filters: Filters | undefined,
  patientId: string | undefined,
  leaveOut: (found: Found) => boolean,
): Promise<Found[]> {
  const majority = majorityOf(hits)
  const narrowed = filters?.findings ?? []
  const same = narrowed.length > 0 ? narrowed : majority === undefined ? [] : [majority]
  if (same.length === 0) return []
  const others = findings.filter((finding) => !same.includes(finding))
  if (others.length === 0) return []
  // The library keeps the keys of its last filters, so that this costs one more search and few rows.
  const { keys } = library.filteredKeys({ ...filters, findings: others }, patientId)
  const alike = (found: Found): boolean =>
    found.row.row.findings.some((finding) => same.includes(finding)) || leaveOut(found) || isCopy(found)
  return await nearestCases(index, library, vector, CONTRAST, alike, keys)
}

type Findings = { names: readonly string[]; rate: (finding: string) => number | undefined }

/** The findings in the open library and how many of its labelled cases carry each, read anew only after a change. */
class LibraryFindings {
  #known: (Findings & { path: string; sequence: number }) | undefined

  of(library: Library): Findings {
    const { path, sequence } = library
    if (this.#known?.path !== path || this.#known.sequence !== sequence) {
      const { findings, labelled } = library.info()
      const rate = (finding: string) => (labelled === 0 ? undefined : (findings[finding] ?? 0) / labelled)
      this.#known = { path, sequence, names: Object.keys(findings), rate }
    }
    return this.#known
  }
}
