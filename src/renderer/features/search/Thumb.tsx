/** One image of what was dropped, and the words for whose it is. */
import type { Opened, OpenedImage } from '@shared/domain/images.js'
import { identity, useIdentity } from '../../app/identity.js'
import { ageSex, viewWord } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Picture } from '../../ui/Picture.js'
import { chooseImage } from './searchRun.js'
import { type Search, isHeldBack } from './searchState.js'

/** What stands under an image that is no frontal chest radiograph; nothing where that is not known. */
export function viewLabel({ view, study }: OpenedImage): string | undefined {
  if (view === 'lateral') return viewWord(view)
  return view === 'other' ? (study.bodyPart ?? study.modality ?? s.search.notChest) : undefined
}

/**
 * Whose the study is and when it was made, in a line.
 * @param heldBack blind reading, and no impression yet: descriptions may say the finding
 */
export function studyLine(
  study: Opened['studies'][number],
  patients: number,
  hide: boolean,
  heldBack: boolean,
): string {
  const shown = identity(hide)
  return [
    patients > 1 ? shown.patient(study.facts) : undefined,
    heldBack ? undefined : shown.text(study.facts.studyDescription),
    shown.day(study.facts.studyDate),
    ageSex(study.facts),
  ]
    .filter(Boolean)
    .join(' · ')
}

export const patientsOf = (studies: Opened['studies']): number =>
  new Set(studies.map((study) => study.patientKey)).size

type ThumbProps = {
  search: Search
  image: OpenedImage
  place: number
  of: number
  description?: string | undefined
}

/** One image of the drop; a press searches it. */
export function Thumb({ search, image, place, of, description }: ThumbProps) {
  const heldBack = isHeldBack(search)
  const label = viewLabel(image)
  const shown = useIdentity()
  const file = shown.file(image.facts.file)
  return (
    <>
      <button
        type="button"
        aria-pressed={image.queryId === search.queryId}
        aria-label={[s.search.imageOf(place + 1, of), viewWord(image.view), ...(heldBack ? [] : [file])].join(
          ', ',
        )}
        title={heldBack ? undefined : [shown.text(description), file].filter(Boolean).join(' · ')}
        onClick={() => chooseImage(search.id, image.queryId)}
      >
        <Picture
          source={{ kind: 'query', queryId: image.queryId }}
          alt=""
          synthetic={image.facts.synthetic}
          maxSide={128}
          small
        />
      </button>
      {label !== undefined && (
        <span className="series-view clip" title={viewWord(image.view)}>
          {label}
        </span>
      )}
    </>
  )
}
