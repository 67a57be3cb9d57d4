import type { OpenedImage } from '@shared/domain/images.js'
import { usePrefs } from '../../app/prefs.js'
import { ageSex, date, viewWord } from '../../strings/format.js'
import { s } from '../../strings/strings.js'
import { Picture } from '../../ui/Picture.js'
import { chooseImage, imagesOf, type Search, isHeldBack } from './searchStore.js'

/** What stands under an image that is no frontal chest radiograph; nothing where that is not known. */
function viewLabel({ view, study }: OpenedImage): string | undefined {
  if (view === 'lateral') return viewWord(view)
  return view === 'other' ? (study.bodyPart ?? study.modality ?? s.search.notChest) : undefined
}

/** All images of what was dropped, by patient, study and series; a press searches another one. */
export function SeriesList({ search }: { search: Search }) {
  const images = imagesOf(search.opened)
  const hide = usePrefs((prefs) => prefs.hideIdentities)
  if (images.length < 2) return null
  const studies = search.opened?.studies ?? []
  const patients = new Set(studies.map((study) => study.patientKey)).size
  return (
    <div className="sect col">
      <h3>{s.search.series}</h3>
      {studies.map((study) => (
        <div key={study.studyKey} className="col">
          {studies.length > 1 && (
            <span className="xs t3">
              {[
                patients > 1 && !hide ? (study.facts.patientName ?? study.facts.patientId) : undefined,
                isHeldBack(search) ? undefined : study.facts.studyDescription,
                date(study.facts.studyDate),
                ageSex(study.facts),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          )}
          <ul className="series">
            {study.series.flatMap((series) =>
              series.images.map((image) => {
                const name = s.search.imageOf(images.indexOf(image) + 1, images.length)
                return (
                  <li key={image.queryId}>
                    <button
                      type="button"
                      aria-pressed={image.queryId === search.queryId}
                      aria-label={[
                        name,
                        viewWord(image.view),
                        ...(isHeldBack(search) ? [] : [image.facts.file]),
                      ].join(', ')}
                      title={
                        isHeldBack(search)
                          ? undefined
                          : [series.description, image.facts.file].filter(Boolean).join(' · ')
                      }
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
                    {viewLabel(image) !== undefined && (
                      <span className="series-view clip" title={viewWord(image.view)}>
                        {viewLabel(image)}
                      </span>
                    )}
                  </li>
                )
              }),
            )}
          </ul>
        </div>
      ))}
    </div>
  )
}
