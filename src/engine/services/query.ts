/** Opening dropped files as queries: grouped by patient, study and series, the frontal view chosen. */
import type { Failure, Opened, OpenedImage } from '@shared/domain/images.js'
import { HilumError, LABEL_PROBLEMS, problem, problemOf, type Problem } from '@shared/errors.js'
import type { CallContext, Handler } from '../ports/calls.js'
import type { Decoded, Decoder, Item, SourceLister } from '../ports/decoding.js'
import type { Pictures } from './pictures.js'

/** Up to so many files are decoded with their pixels at once: the search that follows then need not wait. */
const EAGER = 6
/** Decodes asked for at a time; the decoder queues what it cannot run. */
const AT_ONCE = 4

type OpenedFile = { image: OpenedImage; decoded: Decoded; order: number }

export function queryService(
  lister: SourceLister,
  decoder: Decoder,
  pictures: Pictures,
): { open: Handler<'query.open'>; fromImage: Handler<'query.fromImage'> } {
  return {
    async open({ sources }, context) {
      const items: Item[] = []
      const failures: Failure[] = []
      for await (const found of lister.list(sources, { signal: context.signal })) {
        if ('item' in found) items.push(found.item)
        // A query is asked for its pixels: what is wrong with labels beside it is of no interest.
        else if (!LABEL_PROBLEMS.has(found.failure.problem.code))
          failures.push(failureOf(found.failure.file, found.failure.problem))
        context.progress({ phase: 'listing', done: items.length + failures.length })
      }
      const files = await openAll(items, failures, decoder, pictures, context)
      return { ...grouped(files), failures }
    },

    async fromImage({ imageId }, { signal }) {
      const { item } = pictures.resolve({ kind: 'image', imageId })
      const start = performance.now()
      const decoded = await decoder.decode(item, { display: true }, signal)
      const queryId = pictures.open(item, decoded, { milliseconds: performance.now() - start, imageId })
      return { ...grouped([{ image: openedImage(queryId, decoded), decoded, order: 0 }]), failures: [] }
    },
  }
}

export function failureOf(file: string, { code, message, remedy }: Problem): Failure {
  return { file, code, message, remedy }
}

async function openAll(
  items: readonly Item[],
  failures: Failure[],
  decoder: Decoder,
  pictures: Pictures,
  context: CallContext,
): Promise<OpenedFile[]> {
  const files: OpenedFile[] = []
  let next = 0
  let done = 0
  const worker = async (): Promise<void> => {
    for (let order = next++; order < items.length; order = next++) {
      context.signal.throwIfAborted()
      const item = items[order] as Item
      try {
        const start = performance.now()
        const decoded = await decoder.decode(item, { display: items.length <= EAGER }, context.signal)
        const queryId = pictures.open(item, decoded, { milliseconds: performance.now() - start })
        files.push({ image: openedImage(queryId, decoded), decoded, order })
      } catch (error) {
        if (context.signal.aborted) throw new HilumError('CANCELLED')
        failures.push(failureOf(item.name, problemOf(error)))
      }
      context.progress({ phase: 'opening', done: ++done, total: items.length, item: item.name })
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker))
  return files
}

function openedImage(queryId: string, decoded: Decoded): OpenedImage {
  const { facts, study, view, viewSeen, cautions } = decoded
  return { queryId, facts, study, view, ...(viewSeen === undefined ? {} : { viewSeen }), cautions }
}

/** Patients in the order they were met; studies by date; series by number; instances by number, then name. */
export function grouped(files: readonly OpenedFile[]): Omit<Opened, 'failures'> {
  const sorted = [...files].sort(readingOrder)
  const studies = new Map<string, Opened['studies'][number]>()
  for (const { image, decoded } of sorted) {
    const { study } = image
    const patientKey = study.patientId ?? study.patientName ?? ''
    const studyKey = `${patientKey}|${study.studyInstanceUid ?? ''}`
    const seriesKey = `${studyKey}|${study.seriesInstanceUid ?? ''}`
    let opened = studies.get(studyKey)
    if (opened === undefined)
      studies.set(studyKey, (opened = { patientKey, studyKey, facts: study, series: [] }))
    const series = opened.series.find((known) => known.seriesKey === seriesKey)
    if (series !== undefined) series.images.push(image)
    else {
      const description = decoded.seriesDescription
      opened.series.push({
        seriesKey,
        ...(description === undefined ? {} : { description }),
        images: [image],
      })
    }
  }
  const primary = [...sorted].sort((a, b) => frontalRank(a.image) - frontalRank(b.image))[0]?.image
  const notice = primary && noticeOf(primary, sorted)
  return {
    studies: [...studies.values()],
    ...(primary === undefined ? {} : { primary: primary.queryId }),
    ...(notice === undefined ? {} : { notice }),
  }
}

function readingOrder(a: OpenedFile, b: OpenedFile): number {
  return (
    (a.image.study.studyDate ?? '').localeCompare(b.image.study.studyDate ?? '') ||
    (a.decoded.seriesNumber ?? 0) - (b.decoded.seriesNumber ?? 0) ||
    (a.decoded.instanceNumber ?? 0) - (b.decoded.instanceNumber ?? 0) ||
    a.order - b.order
  )
}

/** Lower is a better first image: ViewPosition PA, AP, then frontal as recognised, then a shape a frontal has. */
function frontalRank({ study, view, facts }: OpenedImage): number {
  if (view === 'frontal') return study.viewPosition === 'PA' ? 0 : study.viewPosition === 'AP' ? 1 : 2
  const aspect = facts.columns / facts.rows
  if (view === 'unknown') return aspect > 0.7 && aspect < 1.6 && facts.frames === 1 ? 3 : 4
  return view === 'lateral' ? 5 : 6
}

function noticeOf(primary: OpenedImage, files: readonly OpenedFile[]): Problem | undefined {
  const patients = new Set(files.flatMap(({ image }) => image.study.patientId ?? []))
  // Several patients matter more: the wrong one might be looked at.
  if (patients.size > 1) return problem('PATIENTS_MIXED', `These files are of ${patients.size} patients.`)
  if (primary.view === 'lateral' || primary.view === 'other') return problem('NO_FRONTAL')
  return undefined
}
