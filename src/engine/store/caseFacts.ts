/** What an image's header and a labels file say together, and which case an image belongs to. */
import type { StudyFacts } from '@shared/domain/images.js'
import type { Decoded, ItemLabels } from '../ports/decoding.js'

type View = Decoded['view']

/** Header facts with the labels file's on top: who writes a labels file corrects the header. */
export function mergedStudy(study: StudyFacts, labels: ItemLabels | undefined): StudyFacts {
  if (!labels) return study
  return {
    ...study,
    ...(labels.patientId === undefined ? {} : { patientId: labels.patientId }),
    ...(labels.studyDate === undefined ? {} : { studyDate: labels.studyDate }),
    ...(labels.sex === undefined ? {} : { patientSex: labels.sex }),
    ...(labels.age === undefined ? {} : { patientAge: labels.age }),
    ...(labels.view === undefined ? {} : { viewPosition: labels.view }),
  }
}

/** The view from the labels file where no tag of the image tells it: what was only recognised from the picture gives way. */
export function mergedView(
  { view, viewSeen }: Pick<Decoded, 'view' | 'viewSeen'>,
  labels: ItemLabels | undefined,
): View {
  const named = labels?.view
  if ((view !== 'unknown' && viewSeen !== true) || named === undefined) return view
  if (/^(pa|ap|frontal)\b/i.test(named)) return 'frontal'
  if (/^(l|r|ll|rl|lateral)\b/i.test(named)) return 'lateral'
  // Words that name no view say nothing against what was recognised.
  return view === 'unknown' ? 'other' : view
}

/**
 * The key under which images are one case: the same study of the same patient by header, or the same patient
 * and date by labels file. Undefined when nothing says so: the image is a case of its own.
 */
export function studyKeyOf(study: StudyFacts, labels: ItemLabels | undefined): string | undefined {
  if (study.studyInstanceUid !== undefined)
    return JSON.stringify(['study', study.patientId ?? '', study.studyInstanceUid])
  if (labels?.patientId !== undefined && labels.studyDate !== undefined)
    return JSON.stringify(['labels', labels.patientId, labels.studyDate])
  return undefined
}

/** Findings as the library carries them: trimmed, upper case, sorted, each once. */
export function normalisedFindings(findings: readonly string[]): string[] {
  const named = findings.map((each) => each.trim().toUpperCase()).filter((each) => each !== '')
  return [...new Set(named)].sort()
}
